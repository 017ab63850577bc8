/** The nouns of knowledge as they cross the wire: articles, drafts, checks before publishing, gaps, imports. */
import * as z from 'zod';
import { idSchema, localeSchema } from './shapes.ts';

const ARTICLE_ID = /^[a-z0-9][a-z0-9-]{0,79}(\/[a-z0-9][a-z0-9-]{0,79}){0,3}$/;
export const articleIdSchema = z.string().regex(ARTICLE_ID);
const line = (max: number) => z.string().trim().min(1).max(max);
const instant = z.iso.datetime();

/** A draft may still lack what a published article must have. */
export const contentSchema = z
  .strictObject({
    question: z.string().trim().max(300),
    similar: z.array(line(300)).max(200),
    answer: z.string().max(20_000),
    category: z.string().trim().max(80),
    tags: z.array(line(40)).max(20),
    verbatim: z.boolean(),
    validFrom: instant.nullable(),
    validTo: instant.nullable(),
    ownerId: idSchema.nullable(),
  })
  .meta({ id: 'ArticleContent' });

export const articleStateSchema = z.enum(['draft', 'review', 'scheduled', 'published', 'retired']);
export const draftStateSchema = z.enum(['draft', 'review', 'scheduled']);
export const healthMarkSchema = z.enum(['conflict', 'expired', 'expiring', 'unhelpful', 'vague', 'unused', 'untested']);
const personSchema = z.object({ id: z.string(), name: z.string() });

/** A row of the article list: the text that is live, or the draft's where none is. */
export const articleRowSchema = z
  .object({
    id: articleIdSchema,
    locale: localeSchema,
    question: z.string(),
    category: z.string(),
    tags: z.array(z.string()),
    similar: z.number().int(),
    /** What is live; null where nothing was published yet. */
    live: z.object({ version: z.number().int(), status: z.enum(['published', 'retired']) }).nullable(),
    /** What is being written; null where nothing is. */
    draft: z.object({ version: z.number().int(), state: draftStateSchema }).nullable(),
    marks: z.array(healthMarkSchema),
    /** Answers given in the last 30 days, and what readers of the help page said. */
    answers: z.number().int(),
    helpful: z.number().int(),
    unhelpful: z.number().int(),
    updatedAt: instant,
  })
  .meta({ id: 'ArticleRow' });

export const goldenSchema = z
  .object({ id: idSchema, locale: localeSchema, text: z.string(), articleId: articleIdSchema.nullable() })
  .meta({ id: 'GoldenQuestion' });

export const articleDetailSchema = z
  .object({
    id: articleIdSchema,
    locale: localeSchema,
    live: z
      .object({
        version: z.number().int(),
        status: z.enum(['published', 'retired']),
        content: contentSchema,
        seeded: z.boolean(),
        updatedAt: instant,
      })
      .nullable(),
    draft: z
      .object({
        version: z.number().int(),
        state: draftStateSchema,
        content: contentSchema,
        baseVersion: z.number().int().nullable(),
        publishAt: instant.nullable(),
        updatedBy: personSchema.nullable(),
        updatedAt: instant,
        /** The states it may go to from here. */
        moves: z.array(articleStateSchema),
      })
      .nullable(),
    versions: z.array(
      z.object({ version: z.number().int(), at: instant, by: personSchema.nullable(), note: z.string().nullable() }),
    ),
    events: z.array(
      z.object({
        at: instant,
        actor: personSchema.nullable(),
        kind: z.string(),
        detail: z.record(z.string(), z.unknown()),
      }),
    ),
    golden: z.array(goldenSchema),
    health: z.object({
      marks: z.array(healthMarkSchema),
      vague: z.array(z.string()),
      conflicts: z.array(
        z.object({
          id: articleIdSchema,
          locale: localeSchema,
          question: z.string(),
          mine: z.string(),
          theirs: z.string(),
        }),
      ),
    }),
    /** Whether the same article exists in the other language. */
    twin: z.boolean(),
    helpUrl: z.string().nullable(),
  })
  .meta({ id: 'ArticleDetail' });

const decisionSchema = z.enum(['answer', 'clarify', 'abstain']);
const outcomeSchema = z.object({
  decision: decisionSchema,
  articleId: z.string().nullable(),
  confidence: z.number(),
});
const effectSchema = z.enum(['newly-wrong', 'lost', 'changed', 'gained', 'mended']);
export const checkSchema = z
  .object({
    id: idSchema,
    state: z.enum(['running', 'done', 'failed']),
    progress: z.object({
      phase: z.enum(['reading', 'learning', 'answering']),
      done: z.number().int(),
      total: z.number().int(),
    }),
    drafts: z.array(z.object({ id: articleIdSchema, locale: localeSchema, version: z.number().int() })),
    /** Whether the base or a draft has changed since: it must be checked again. */
    stale: z.boolean(),
    report: z
      .object({
        questions: z.object({ golden: z.number().int(), real: z.number().int() }),
        counts: z.record(effectSchema, z.number().int()),
        /** Golden questions that get worse by more than a tremor: any of them blocks. */
        regressions: z.number().int(),
        changes: z.array(
          z.object({
            text: z.string(),
            locale: localeSchema,
            kind: z.enum(['golden', 'real']),
            times: z.number().int(),
            expected: z.string().nullable(),
            effect: effectSchema,
            before: outcomeSchema,
            after: outcomeSchema,
            /** The same article as before, a little more or less sure: does not block. */
            tremor: z.boolean(),
          }),
        ),
        touched: z.number().int(),
        ms: z.number().int(),
      })
      .nullable(),
  })
  .meta({ id: 'ArticleCheck' });

/** What the engine makes of a question; `article` is what the customer would read. */
export const trialSchema = z
  .object({
    decision: decisionSchema,
    confidence: z.number(),
    engine: z.string(),
    top: z.array(z.object({ id: z.string(), locale: localeSchema, question: z.string(), score: z.number() })),
    article: z
      .object({ id: z.string(), locale: localeSchema, version: z.number().int(), answer: z.string() })
      .nullable(),
  })
  .meta({ id: 'Trial' });

export const whySchema = z
  .object({
    answers: z.array(
      z.object({
        question: z.string(),
        at: instant,
        decision: decisionSchema,
        confidence: z.number(),
        engine: z.string(),
        articleId: z.string().nullable(),
        articleVersion: z.number().int().nullable(),
        /** Whether that version is the one that is live now. */
        isCurrent: z.boolean(),
        top: z.array(z.object({ id: z.string(), question: z.string(), score: z.number() })),
        /** What today's knowledge would do. */
        today: trialSchema,
        same: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'Why' });

export const gapSchema = z
  .object({
    /** Names it for as long as its most typical question is asked. */
    key: z.string(),
    locale: localeSchema,
    question: z.string(),
    customers: z.number().int(),
    asks: z.number().int(),
    lastAt: instant,
    /** Its questions are answered now. */
    closed: z.boolean(),
    mark: z.enum(['not-ours', 'attached', 'written']).nullable(),
    articleId: z.string().nullable(),
    /** Masked: no phone, order or address numbers. */
    examples: z.array(
      z.object({
        text: z.string(),
        conversationId: idSchema,
        seq: z.number().int(),
        at: instant,
        why: z.enum(['abstained', 'unclear', 'rated-badly']),
      }),
    ),
    /** Articles that come nearest, best first. */
    near: z.array(z.object({ id: articleIdSchema, locale: localeSchema, question: z.string() })),
  })
  .meta({ id: 'Gap' });

export const policySchema = z
  .object({
    /** Of 100 answers at most so many hundredths may be wrong. */
    targetWrong: z.number().min(0).max(1),
    /** Whoever wrote a draft last may not publish it. */
    fourEyes: z.boolean(),
  })
  .meta({ id: 'KnowledgePolicy' });

export const engineReportSchema = z
  .object({
    policy: policySchema,
    articles: z.number().int(),
    /** Golden questions behind the curve and the knob. */
    golden: z.number().int(),
    /** Of answers that were so sure, how many were right: where said and seen agree, the curve is the diagonal. */
    curve: z.array(
      z.object({ from: z.number(), to: z.number(), said: z.number(), right: z.number(), n: z.number().int() }),
    ),
    /** What each setting of the knob would do to the golden questions, as shares of all. */
    knob: z.array(
      z.object({
        targetWrong: z.number(),
        right: z.number(),
        wrong: z.number(),
        clarified: z.number(),
        handedOver: z.number(),
      }),
    ),
    days: z.array(
      z.object({
        day: z.string(),
        answer: z.number().int(),
        clarify: z.number().int(),
        abstain: z.number().int(),
        helpful: z.number().int(),
        unhelpful: z.number().int(),
      }),
    ),
  })
  .meta({ id: 'EngineReport' });

/** What an import would do; errors name the file and the row as the person sees them. */
export const importReportSchema = z
  .object({
    id: idSchema,
    rows: z.number().int(),
    counts: z.object({
      new: z.number().int(),
      changed: z.number().int(),
      same: z.number().int(),
      faulty: z.number().int(),
    }),
    errors: z.array(
      z.object({ file: z.string(), row: z.number().int(), field: z.string(), code: z.string(), detail: z.string() }),
    ),
    preview: z.array(
      z.object({
        row: z.number().int(),
        id: articleIdSchema,
        locale: localeSchema,
        question: z.string(),
        change: z.enum(['new', 'changed']),
      }),
    ),
  })
  .meta({ id: 'ImportReport' });

export type ArticleContentShape = z.output<typeof contentSchema>;
export type ArticleRowShape = z.output<typeof articleRowSchema>;
export type ArticleDetail = z.output<typeof articleDetailSchema>;
export type ArticleStateShape = z.output<typeof articleStateSchema>;
export type CheckShape = z.output<typeof checkSchema>;
export type HealthMarkShape = z.output<typeof healthMarkSchema>;
export type GapShape = z.output<typeof gapSchema>;
export type TrialShape = z.output<typeof trialSchema>;
export type WhyShape = z.output<typeof whySchema>;
export type EngineReport = z.output<typeof engineReportSchema>;
export type ImportReport = z.output<typeof importReportSchema>;
