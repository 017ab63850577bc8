/** The routes of knowledge: writing, checking and publishing articles, gaps, imports, the engine. */
import * as z from 'zod';
import {
  articleDetailSchema,
  articleIdSchema,
  articleRowSchema,
  articleStateSchema,
  checkSchema,
  contentSchema,
  draftStateSchema,
  engineReportSchema,
  gapSchema,
  goldenSchema,
  healthMarkSchema,
  importReportSchema,
  policySchema,
  trialSchema,
  whySchema,
} from './knowledge-shapes.ts';
import { route } from './route.ts';
import { idSchema, localeSchema } from './shapes.ts';

const key = z.object({ locale: localeSchema, id: articleIdSchema });
const version = z.number().int().min(1);
const note = z.string().trim().max(500).optional();
const done = z.object({ ok: z.literal(true) });
const draftRef = z.strictObject({ id: articleIdSchema, locale: localeSchema, version });
const question = z.string().trim().min(1).max(2_000);

const articleRoutes = {
  listArticles: route({
    method: 'get',
    path: '/api/v1/articles',
    id: 'listArticles',
    tag: 'Knowledge',
    summary: 'Articles and drafts by filter, the last changed first',
    query: z.strictObject({
      search: z.string().max(200).optional(),
      state: articleStateSchema.optional(),
      category: z.string().max(80).optional(),
      locale: localeSchema.optional(),
      mark: healthMarkSchema.optional(),
      offset: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    response: z.object({
      items: z.array(articleRowSchema),
      total: z.number().int(),
      /** Of all articles, whatever the filter. */
      categories: z.array(z.object({ name: z.string(), n: z.number().int() })),
      states: z.record(articleStateSchema, z.number().int()),
      marks: z.record(healthMarkSchema, z.number().int()),
    }),
  }),
  createArticle: route({
    method: 'post',
    path: '/api/v1/articles',
    id: 'createArticle',
    tag: 'Knowledge',
    summary: 'Begin a new article as a draft; an id is made when none is given. 409 Conflict when it exists',
    ok: 201,
    body: z.strictObject({ id: articleIdSchema.optional(), locale: localeSchema, content: contentSchema }),
    response: articleDetailSchema,
  }),
  getArticle: route({
    method: 'get',
    path: '/api/v1/articles/{locale}/{id}',
    id: 'getArticle',
    tag: 'Knowledge',
    summary: 'One article: live text, draft, versions, history, golden questions, health',
    params: key,
    response: articleDetailSchema,
  }),
  getArticleVersion: route({
    method: 'get',
    path: '/api/v1/articles/{locale}/{id}/versions/{version}',
    id: 'getArticleVersion',
    tag: 'Knowledge',
    summary: 'What a version said',
    params: key.extend({ version: z.coerce.number().int().min(1) }),
    response: contentSchema,
  }),
  saveDraft: route({
    method: 'patch',
    path: '/api/v1/articles/{locale}/{id}/draft',
    id: 'saveDraft',
    tag: 'Knowledge',
    summary: 'Save a draft; version null begins one. 409 Conflict when a colleague saved before',
    params: key,
    body: z.strictObject({
      version: version.nullable(),
      content: contentSchema,
      /** Take the present live version as the one this is based on. */ rebase: z.boolean().optional(),
    }),
    response: articleDetailSchema,
  }),
  moveDraft: route({
    method: 'post',
    path: '/api/v1/articles/{locale}/{id}/draft/state',
    id: 'moveDraft',
    tag: 'Knowledge',
    summary: 'Submit a draft for review, or send it back to its writer',
    params: key,
    body: z.strictObject({ version, to: draftStateSchema.exclude(['scheduled']), note }),
    response: articleDetailSchema,
  }),
  discardDraft: route({
    method: 'post',
    path: '/api/v1/articles/{locale}/{id}/draft/discard',
    id: 'discardDraft',
    tag: 'Knowledge',
    summary: 'Throw a draft away; what is live stays',
    params: key,
    body: z.strictObject({ version }),
    response: done,
  }),
  retireArticle: route({
    method: 'post',
    path: '/api/v1/articles/{locale}/{id}/retire',
    id: 'retireArticle',
    tag: 'Knowledge',
    summary: 'Take an article off: no customer gets it any more',
    params: key,
    body: z.strictObject({ version, note }),
    response: articleDetailSchema,
  }),
  rollBackArticle: route({
    method: 'post',
    path: '/api/v1/articles/{locale}/{id}/roll-back',
    id: 'rollBackArticle',
    tag: 'Knowledge',
    summary: 'Make a former version the newest one, live at once',
    params: key,
    body: z.strictObject({ /** The live version that was seen. */ version, to: version, note }),
    response: articleDetailSchema,
  }),
  addGolden: route({
    method: 'post',
    path: '/api/v1/golden-questions',
    id: 'addGoldenQuestion',
    tag: 'Knowledge',
    summary: 'Pin a question to the article that must answer it, or to none',
    body: z.strictObject({ locale: localeSchema, text: question, articleId: articleIdSchema.nullable() }),
    response: goldenSchema,
  }),
  removeGolden: route({
    method: 'delete',
    path: '/api/v1/golden-questions/{id}',
    id: 'removeGoldenQuestion',
    tag: 'Knowledge',
    summary: 'Take a golden question away',
    params: z.object({ id: idSchema }),
    response: done,
  }),
} as const;

const releaseRoutes = {
  startCheck: route({
    method: 'post',
    path: '/api/v1/article-checks',
    id: 'startArticleCheck',
    tag: 'Knowledge',
    summary: 'Replay golden and real questions against drafts; ask for its progress and report afterwards',
    ok: 201,
    body: z.strictObject({ drafts: z.array(draftRef).min(1).max(10_000) }),
    maxBody: '4mb',
    response: checkSchema,
  }),
  getCheck: route({
    method: 'get',
    path: '/api/v1/article-checks/{id}',
    id: 'getArticleCheck',
    tag: 'Knowledge',
    summary: 'How far a check is, and which questions change their answer',
    params: z.object({ id: idSchema }),
    response: checkSchema,
  }),
  publishChecked: route({
    method: 'post',
    path: '/api/v1/article-checks/{id}/publish',
    id: 'publishChecked',
    tag: 'Knowledge',
    summary:
      'Publish what was checked, all or nothing. 409 CheckStale after a change, Regression without a reason, FourEyes for one’s own',
    params: z.object({ id: idSchema }),
    body: z.strictObject({
      note,
      /** Publishes in spite of regressions; kept in the history. */ overrideReason: z
        .string()
        .trim()
        .min(3)
        .max(500)
        .optional(),
    }),
    response: z.object({
      published: z.array(draftRef),
      scheduled: z.array(draftRef.omit({ version: true })),
      revision: z.number().int(),
    }),
  }),
  tryQuestion: route({
    method: 'post',
    path: '/api/v1/knowledge/try',
    id: 'tryQuestion',
    tag: 'Knowledge',
    summary: 'What would a customer get? With a draft: what if it were published',
    body: z.strictObject({
      text: question,
      draft: draftRef.omit({ version: true }).extend({ content: contentSchema }).optional(),
    }),
    response: trialSchema,
  }),
  getEngine: route({
    method: 'get',
    path: '/api/v1/knowledge/engine',
    id: 'getEngineReport',
    tag: 'Knowledge',
    summary: 'How sure the answers are, what the knob costs, and how it went over time',
    response: engineReportSchema,
  }),
  setPolicy: route({
    method: 'patch',
    path: '/api/v1/knowledge/policy',
    id: 'setKnowledgePolicy',
    tag: 'Knowledge',
    summary: 'Turn the knob, or ask for four eyes',
    body: policySchema.partial(),
    response: policySchema,
  }),
  explainAnswer: route({
    method: 'get',
    path: '/api/v1/conversations/{id}/activities/{seq}/why',
    id: 'explainAnswer',
    tag: 'Knowledge',
    summary: 'Why the bot said this, and what it would say today',
    params: z.object({ id: idSchema, seq: z.coerce.number().int().min(1) }),
    response: whySchema,
  }),
} as const;

const gapRoutes = {
  listGaps: route({
    method: 'get',
    path: '/api/v1/gaps',
    id: 'listGaps',
    tag: 'Knowledge',
    summary: 'What customers asked in vain, gathered, that of most customers first',
    query: z.strictObject({
      show: z.enum(['open', 'closed', 'not-ours']).default('open'),
      locale: localeSchema.optional(),
      days: z.coerce.number().int().min(1).max(90).default(30),
    }),
    response: z.object({
      items: z.array(gapSchema),
      counts: z.object({ open: z.number().int(), closed: z.number().int(), notOurs: z.number().int() }),
    }),
  }),
  markGap: route({
    method: 'post',
    path: '/api/v1/gaps/mark',
    id: 'markGap',
    tag: 'Knowledge',
    summary:
      'Say what becomes of a gap: not ours, or open again; attached puts its questions into a draft of the article',
    body: z.strictObject({
      key: z.string().min(1).max(600),
      locale: localeSchema,
      as: z.enum(['not-ours', 'open', 'attached', 'written']),
      articleId: articleIdSchema.optional(),
    }),
    response: z.object({ draft: z.boolean() }),
  }),
  dryRunImport: route({
    method: 'post',
    path: '/api/v1/knowledge/imports',
    id: 'dryRunImport',
    tag: 'Knowledge',
    summary: 'Read files (CSV, Excel, JSON, Markdown, zip) and say what importing them would do; writes nothing',
    ok: 201,
    body: z.strictObject({
      files: z
        .array(z.strictObject({ name: z.string().min(1).max(200), /** Base64. */ data: z.base64() }))
        .min(1)
        .max(2_000),
      locale: localeSchema,
    }),
    maxBody: '24mb',
    response: importReportSchema,
  }),
  applyImport: route({
    method: 'post',
    path: '/api/v1/knowledge/imports/{id}/apply',
    id: 'applyImport',
    tag: 'Knowledge',
    summary: 'Make drafts of the good rows of a dry run, all or nothing; nothing goes live by it',
    params: z.object({ id: idSchema }),
    response: z.object({ drafts: z.array(draftRef) }),
  }),
} as const;

export const knowledgeRoutes = { ...articleRoutes, ...releaseRoutes, ...gapRoutes };
