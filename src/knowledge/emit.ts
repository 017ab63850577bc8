/** Takes one token of a text, with the weight of its kind; the same token may come several times. */
export type Emit = (token: string, weight: number) => void;
