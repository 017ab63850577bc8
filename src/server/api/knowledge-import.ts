/** Importing articles: a dry run says row by row what it would do, applying it makes drafts; exporting gives the same shapes. */
import { type RequestHandler, Router } from 'express';
import * as z from 'zod';
import { articleIdSchema } from '../../contract/knowledge-shapes.ts';
import type { Routes } from '../../contract/routes.ts';
import { ARTICLE_LIMITS, type ArticleContent } from '../../domain/article.ts';
import { ZhikeError } from '../../domain/errors.ts';
import { LOCALES, type Locale } from '../../domain/locale.ts';
import { can } from '../../domain/permission.ts';
import type { ImportRow } from '../../store/knowledge-jobs.ts';
import type { Sessions } from '../auth/sessions.ts';
import type { Call, Handlers } from '../bind.ts';
import { actOf, type KnowledgeDeps, newArticleId } from './articles.ts';
import {
  asWritten,
  type ExportedArticle,
  type ExportFormat,
  type RawRow,
  readFiles,
  writeFile,
} from './knowledge-files.ts';
import { rowKey } from './knowledge-overview.ts';

const PREVIEWED = 100;
const MAX_ERRORS = 500;

export function importHandlers(deps: KnowledgeDeps): Pick<Handlers, 'dryRunImport' | 'applyImport'> {
  const { store } = deps;
  return {
    dryRunImport: { may: 'knowledge.draft', run: ({ body, session }) => dryRun(deps, body, session.actor.id) },
    applyImport: {
      may: 'knowledge.draft',
      run: async ({ params, session }) => {
        const job = await store.knowledge.takeImport(params.id, deps.clock());
        if (!job) throw new ZhikeError('NotFound');
        const drafts = await store.knowledge.saveMany(job.rows, actOf(deps, session));
        return { drafts: drafts.map(({ id, locale, version }) => ({ id, locale, version })) };
      },
    },
  };
}

type Report = z.input<Routes['dryRunImport']['response']>;
type RowError = Report['errors'][number];

async function dryRun(
  deps: KnowledgeDeps,
  { files, locale }: Call<Routes['dryRunImport']>['body'],
  byId: string,
): Promise<Report> {
  const opened = files.map(({ name, data }) => ({ name, bytes: Buffer.from(data, 'base64') }));
  const { rows, faults } = await readFiles(opened, locale);
  const judge = await judgeOf(deps, locale);
  const judged = rows.map(judge);
  const good = judged.flatMap((one) => ('good' in one ? [one.good] : []));
  const errors: RowError[] = [
    ...faults.map((fault) => ({ ...fault, field: '' })),
    ...judged.flatMap((one) => ('errors' in one ? one.errors : [])),
  ];
  const ready = good.filter((row): row is ImportRow => row.change !== 'same');
  const id = deps.newId();
  await deps.store.knowledge.keepImport({ id, byId, rows: ready }, deps.clock());
  const n = (change: string) => good.filter((row) => row.change === change).length;
  return {
    id,
    rows: rows.length,
    counts: { new: n('new'), changed: n('changed'), same: n('same'), faulty: rows.length - good.length },
    errors: errors.slice(0, MAX_ERRORS),
    preview: ready.slice(0, PREVIEWED).map(({ row, id: articleId, locale: own, content, change }) => ({
      row,
      id: articleId,
      locale: own,
      question: content.question,
      change,
    })),
  };
}

type Judged = { good: Omit<ImportRow, 'change'> & { change: 'new' | 'changed' | 'same' } } | { errors: RowError[] };

/** Cells are text, but numbers, dates and lists may come too (Excel, JSON). */
const cell = z
  .union([z.string(), z.number(), z.boolean(), z.date(), z.null()])
  .transform((value) => asWritten(value instanceof Date ? value.toISOString() : String(value ?? '')).trim());
const list = (separator: RegExp) =>
  z
    .union([z.array(cell), cell.transform((text) => text.split(separator))])
    .transform((items) => [...new Set(items.map((item) => item.trim()).filter((item) => item !== ''))]);
const YES = /^(?:true|yes|y|1|是|对)$/i;
const NO = /^(?:false|no|n|0|否|)$/i;
const instant = cell.transform((text, context) => {
  if (text === '') return null;
  // A date alone is that day in China, as the rest of the shop's times.
  const at = new Date(
    /^\d{4}[-/]\d{1,2}[-/]\d{1,2}$/.test(text) ? `${text.replaceAll('/', '-')}T00:00:00+08:00` : text,
  );
  if (!Number.isNaN(at.getTime())) return at.toISOString();
  context.addIssue({ code: 'custom', message: 'date' });
  return z.NEVER;
});

const rowSchema = z.object({
  id: cell.default(''),
  locale: cell.default(''),
  question: cell.pipe(z.string().min(1, 'missing').max(ARTICLE_LIMITS.question, 'long')),
  similar: list(/\r?\n|[|｜]/)
    .default([])
    .pipe(z.array(z.string().max(ARTICLE_LIMITS.question, 'long')).max(ARTICLE_LIMITS.similar, 'many')),
  answer: cell.pipe(z.string().min(1, 'missing').max(ARTICLE_LIMITS.answer, 'long')),
  category: cell.pipe(z.string().min(1, 'missing').max(ARTICLE_LIMITS.category, 'long')),
  tags: list(/[,，;；]/)
    .default([])
    .pipe(z.array(z.string().max(ARTICLE_LIMITS.tag, 'long')).max(ARTICLE_LIMITS.tags, 'many')),
  verbatim: cell
    .default('')
    .pipe(z.string().refine((text) => YES.test(text) || NO.test(text), 'yes-no'))
    .transform((text) => YES.test(text)),
  validFrom: instant.nullish().default(null),
  validTo: instant.nullish().default(null),
});

/** The same question but for width, case and marks; numbers stay apart. */
const asKey = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');

/** Judges each row by itself, against what exists, and against the rows before it. */
async function judgeOf({ overview }: KnowledgeDeps, fallback: Locale): Promise<(raw: RawRow) => Judged> {
  const rows = await overview();
  const byQuestion = new Map<string, string>(
    [...rows.values()].flatMap((row) => {
      const content = row.draft?.content ?? row.live?.content;
      return content ? [[`${row.locale} ${asKey(content.question)}`, row.id] as const] : [];
    }),
  );
  const seen = new Map<string, RawRow>();
  return (raw) => {
    const parsed = rowSchema.safeParse(raw.fields);
    const fault = (field: string, code: string, detail = '') => ({ file: raw.file, row: raw.row, field, code, detail });
    if (!parsed.success)
      return {
        errors: parsed.error.issues.map(({ path, message }) =>
          fault(String(path[0] ?? ''), KNOWN_FAULTS.includes(message) ? message : 'malformed'),
        ),
      };
    const { id: given, locale: named, ...content } = parsed.data;
    const locale = named === '' ? fallback : LOCALES.find((one) => one.toLowerCase() === named.toLowerCase());
    if (!locale) return { errors: [fault('locale', 'locale', named.slice(0, 40))] };
    if (given !== '' && !articleIdSchema.safeParse(given).success)
      return { errors: [fault('id', 'id', given.slice(0, 80))] };
    if (content.validTo !== null && content.validFrom !== null && content.validTo <= content.validFrom)
      return { errors: [fault('validTo', 'order')] };
    const asked = `${locale} ${asKey(content.question)}`;
    const id = given || (byQuestion.get(asked) ?? newArticleId(content.category, asked));
    const key = rowKey({ id, locale });
    const before = seen.get(key);
    if (before) return { errors: [fault('question', 'twice', `${before.file}: ${before.row}`)] };
    seen.set(key, raw);
    const known = rows.get(key);
    const now = known?.draft?.content ?? known?.live?.content;
    const whole: ArticleContent = { ...content, ownerId: now?.ownerId ?? null };
    const isKnown = [known?.draft?.content, known?.live?.content].some((one) => one && isSame(one, whole));
    const change = isKnown ? 'same' : now ? 'changed' : 'new';
    return { good: { id, locale, content: whole, row: raw.row, change } };
  };
}

const KNOWN_FAULTS = ['missing', 'long', 'many', 'date', 'yes-no'];

const isSame = (one: ArticleContent, other: ArticleContent): boolean => shape(one) === shape(other);
const shape = (one: ArticleContent): string =>
  JSON.stringify([
    one.question,
    one.similar,
    one.answer.trim(),
    one.category,
    one.tags,
    one.verbatim,
    one.validFrom,
    one.validTo,
  ]);

const exportQuery = z.strictObject({
  format: z.enum(['csv', 'xlsx', 'json', 'zip']),
  locale: z.enum(LOCALES).optional(),
});
const TYPES: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  json: 'application/json; charset=utf-8',
  zip: 'application/zip',
};

/** `GET /api/v1/knowledge/export`: published articles as a file to download. */
export function exportRouter(deps: KnowledgeDeps & { sessions: Sessions }): Router {
  const get: RequestHandler = async (request, response) => {
    const session = await deps.sessions.find(request);
    if (!session) throw new ZhikeError('MissingToken');
    if (!can(session.actor, 'knowledge.draft')) throw new ZhikeError('NotAllowed');
    const query = exportQuery.safeParse({ ...request.query });
    if (!query.success) throw new ZhikeError('MalformedData');
    const { format, locale } = query.data;
    const articles: ExportedArticle[] = [...(await deps.overview()).values()]
      .filter((row) => row.live?.status === 'published' && (locale === undefined || row.locale === locale))
      .flatMap(({ id, locale: own, live }) => (live ? [{ id, locale: own, content: live.content }] : []))
      .sort((a, b) => (rowKey(a) < rowKey(b) ? -1 : 1));
    response
      .attachment(`knowledge${locale ? `.${locale}` : ''}.${format}`)
      .type(TYPES[format])
      .send(Buffer.from(await writeFile(articles, format)));
  };
  return Router().get('/api/v1/knowledge/export', get);
}
