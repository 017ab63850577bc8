import { describe, expect, it } from 'vitest';
import { adjust, confidenceOf, type Trial } from '../../../src/knowledge/calibration.ts';
import type { Evidence, Ranking } from '../../../src/knowledge/evidence.ts';
import { rehearse } from '../../../src/knowledge/rehearsal.ts';

const evidence = (strength: number): Evidence => ({
  ranker: 'trained',
  probability: strength,
  none: (1 - strength) / 4,
  nearest: strength,
  centroid: strength,
  lead: strength / 3,
  nearestLead: strength / 3,
  known: 0.5 + strength / 2,
  tokens: 20,
  entries: 50,
  questionsPerEntry: 15,
  chinese: true,
});
const STRENGTHS = Array.from({ length: 50 }, (_, at) => (at + 1) / 51);
/** Ten messages of each strength, of which `share` are right. */
const trialsOf = (share: (shipped: number) => number): Trial[] =>
  STRENGTHS.flatMap((strength) =>
    Array.from({ length: 10 }, (_, at) => {
      const seen = evidence(strength);
      return { evidence: seen, right: (at + 0.5) / 10 < share(confidenceOf(seen)), weight: 1 };
    }),
  );
const error = (trials: readonly Trial[], by?: readonly number[]): number => {
  const gap = trials.reduce((sum, one) => sum + confidenceOf(one.evidence, by) - (one.right ? 1 : 0), 0);
  return Math.abs(gap) / trials.length;
};

describe('a base adjusts the confidence to its own questions', () => {
  it.each([
    ['too low', (shipped: number) => Math.sqrt(shipped)],
    ['too high', (shipped: number) => shipped ** 2],
  ])('nearer to what was right where the shipped one is %s', (_, share) => {
    const trials = trialsOf(share);
    const fitted = adjust(trials);
    expect(error(trials)).toBeGreaterThan(0.08);
    expect(error(trials, fitted)).toBeLessThan(error(trials) / 2);
  });

  it('hardly at all where it is right', () => {
    const right = adjust(trialsOf((shipped) => shipped));
    for (const strength of STRENGTHS) {
      const shipped = confidenceOf(evidence(strength));
      expect(Math.abs(confidenceOf(evidence(strength), right) - shipped)).toBeLessThan(0.06);
    }
  });

  it('never for a message without a word in it', () => {
    expect(confidenceOf({ ...evidence(0.9), tokens: 0 }, [9, 9, 9, 9, 9, 9, 9, 9, 9])).toBe(0);
  });
});

describe('a rehearsal', () => {
  const questions = Array.from({ length: 60 }, (_, entry) => Array.from({ length: 20 }, (__, at) => `${entry}:${at}`));
  const chatter = Array.from({ length: 50 }, (_, at) => `chatter:${at}`);

  it('asks nothing that was learnt, and counts half of what it asks as answerable', () => {
    const asked: string[] = [];
    const trials = rehearse({ questions, chatter }, (base) => {
      const learnt = new Set([...base.questions.flat(), ...base.chatter]);
      return (text): Ranking => {
        expect(learnt).not.toContain(text);
        asked.push(text);
        const entry = base.questions.findIndex((own) => own[0]?.split(':')[0] === text.split(':')[0]);
        return { order: [entry], scores: [1], evidence: evidence(0.5) };
      };
    });
    expect(asked.length).toBe(trials.length);
    const weightOf = (right: boolean): number =>
      trials.filter((one) => one.right === right).reduce((sum, { weight }) => sum + weight, 0);
    expect(weightOf(true)).toBeCloseTo(weightOf(false), 6);
  });

  it('is left out for a base too small to spare questions', () => {
    const small = questions.slice(0, 20).map((own) => own.slice(0, 4));
    expect(rehearse({ questions: small, chatter }, () => () => expect.fail('nothing is to be learnt'))).toEqual([]);
  });
});
