/** What somebody waits for at the door goes before what works behind it, so that a busy house still says "received" at once. */

/** Statements on the way from a message to its acknowledgement. */
const URGENT: ReadonlySet<string> = new Set(['get-shared', 'ensure', 'accept']);

export function isUrgent(name: string | undefined): boolean {
  return name !== undefined && URGENT.has(name);
}

/** Urgent ones in a row after which one of the others has its turn: a flood slows the answers, it does not stop them. */
const IN_A_ROW = 8;

export type Gate = { run<T>(urgent: boolean, work: () => Promise<T>): Promise<T> };

/** One at a time, urgent ones first, each kind in its order. */
export function createGate(): Gate {
  const urgent: (() => void)[] = [];
  const patient: (() => void)[] = [];
  let busy = false;
  let row = 0;
  const next = () => {
    const first = urgent.length > 0 && (row < IN_A_ROW || patient.length === 0);
    row = first ? row + 1 : 0;
    const start = first ? urgent.shift() : patient.shift();
    if (start) start();
    else busy = false;
  };
  return {
    run: async (isFirst, work) => {
      if (busy) await new Promise<void>((start) => (isFirst ? urgent : patient).push(start));
      busy = true;
      try {
        return await work();
      } finally {
        next();
      }
    },
  };
}

export type Courtesy = {
  urgent<T>(work: () => Promise<T>): Promise<T>;
  patient<T>(work: () => Promise<T>): Promise<T>;
};

/** Many at once; but while something urgent is under way, no more than `limit` of the others are. */
export function createCourtesy(limit: number): Courtesy {
  const waiting: (() => void)[] = [];
  let urgent = 0;
  let patient = 0;
  const mayStart = () => urgent === 0 || patient < limit;
  const admit = () => {
    while (waiting.length > 0 && mayStart()) {
      patient++;
      waiting.shift()?.();
    }
  };
  return {
    urgent: async (work) => {
      urgent++;
      try {
        return await work();
      } finally {
        urgent--;
        admit();
      }
    },
    patient: async (work) => {
      if (waiting.length === 0 && mayStart()) patient++;
      else await new Promise<void>((start) => waiting.push(start));
      try {
        return await work();
      } finally {
        patient--;
        admit();
      }
    },
  };
}
