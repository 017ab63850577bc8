/** What a confidence is computed from: one row for a message and the entry ranked first. */
export type Evidence = {
  ranker: 'trained' | 'untrained' | 'catalogue';
  /** Share given to the first entry by the regression, and to "none"; undefined where no regression was trained. */
  probability: number | undefined;
  none: number;
  nearest: number;
  centroid: number;
  /** Lead of the first over the second entry, in blended score and in nearest cosine. */
  lead: number;
  nearestLead: number;
  /** Share of the message's weight that lies in tokens the base has, 0..1. */
  known: number;
  tokens: number;
  entries: number;
  questionsPerEntry: number;
  chinese: boolean;
};

/** Entries by score: `order` best first, as many as were scored; scores lie in 0..1. */
export type Ranking = { order: number[]; scores: number[]; evidence: Evidence };

/** Something that ranks entries for a normalised message. */
export type Ranker = { rank(text: string): Ranking };
