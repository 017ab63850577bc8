/** Articles in files: CSV, Excel, JSON, Markdown with front matter, and zip archives of these; bounded before they are opened. */
import { strToU8, unzipSync, zipSync } from 'fflate';
import Papa from 'papaparse';
import readExcel from 'read-excel-file/node';
import writeExcel from 'write-excel-file/node';
import { stringify } from 'yaml';
import type { ArticleContent } from '../../domain/article.ts';
import { ZhikeError } from '../../domain/errors.ts';
import type { Locale } from '../../domain/locale.ts';
import { parseArticle } from '../../knowledge/folder.ts';

/** One article as a file has it; values are what the cells hold. */
export type RawRow = { file: string; row: number; fields: Record<string, unknown> };
/** A file, or a part of it, that could not be read. */
export type FileFault = { file: string; row: number; code: string; detail: string };
export type ReadFiles = { rows: RawRow[]; faults: FileFault[] };

const FORMATS = ['csv', 'xlsx', 'json', 'md', 'zip'] as const;
/** An archive opened is no more than this, all files together. */
const MAX_OPENED = 64 * 1024 * 1024;
const MAX_FILES = 12_000;
const MAX_ROWS = 10_000;

/** What a column may be called; the first is what exports write. */
const COLUMNS = {
  id: ['id', '编号'],
  locale: ['locale', 'language', '语言'],
  question: ['question', '问题', '标准问题'],
  similar: ['similar', 'similar questions', '相似问法', '相似问题'],
  answer: ['answer', '答案', '回答'],
  category: ['category', '分类'],
  tags: ['tags', '标签'],
  verbatim: ['verbatim', '原文回答'],
  validFrom: ['valid from', 'valid_from', 'validfrom', '生效时间'],
  validTo: ['valid to', 'valid_to', 'validto', '失效时间'],
} as const;
type Column = keyof typeof COLUMNS;
const NAMES = new Map<string, Column>(
  (Object.keys(COLUMNS) as Column[]).flatMap((column) => COLUMNS[column].map((name) => [name, column] as const)),
);

/** @param locale Of rows that name none. */
export async function readFiles(
  files: readonly { name: string; bytes: Uint8Array }[],
  locale: Locale,
): Promise<ReadFiles> {
  const read: ReadFiles = { rows: [], faults: [] };
  for (const file of files.flatMap(openArchive)) {
    try {
      read.rows.push(...(await readOne(file, locale)));
    } catch (error) {
      const code = error instanceof RowFault ? 'malformed' : 'unreadable';
      const detail = error instanceof Error ? error.message.slice(0, 200) : '';
      read.faults.push({ file: file.name, row: error instanceof RowFault ? error.row : 0, code, detail });
    }
    if (read.rows.length > MAX_ROWS) throw new ZhikeError('TooLarge', { detail: `more than ${MAX_ROWS} rows` });
  }
  return read;
}

class RowFault extends Error {
  readonly row: number;
  constructor(row: number, message: string) {
    super(message);
    this.row = row;
  }
}

type File = { name: string; bytes: Uint8Array };
const formatOf = (name: string): string => name.toLowerCase().split('.').at(-1) ?? '';

function openArchive(file: File): File[] {
  if (formatOf(file.name) !== 'zip') return [file];
  const opened = unzip(
    file.bytes,
    (name) => !name.endsWith('/') && (FORMATS as readonly string[]).includes(formatOf(name)),
  );
  return Object.entries(opened).map(([name, bytes]) => ({ name, bytes }));
}

/** Throws `UnreadableFile` or `TooLarge`: what the directory says is judged before anything is opened. */
function unzip(bytes: Uint8Array, wanted: (name: string) => boolean): Record<string, Uint8Array> {
  let size = 0;
  let count = 0;
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        size += originalSize;
        count += 1;
        if (size > MAX_OPENED || count > MAX_FILES) throw new ZhikeError('TooLarge');
        return wanted(name) && formatOf(name) !== 'zip';
      },
    });
  } catch (error) {
    throw error instanceof ZhikeError ? error : new ZhikeError('UnreadableFile');
  }
}

async function readOne(file: File, locale: Locale): Promise<RawRow[]> {
  switch (formatOf(file.name)) {
    case 'csv':
      return readTable(file.name, Papa.parse<unknown[]>(textOf(file.bytes), { skipEmptyLines: false }).data);
    case 'xlsx': {
      unzip(file.bytes, () => false);
      const [sheet] = await readExcel(Buffer.from(file.bytes));
      return readTable(file.name, sheet?.data ?? []);
    }
    case 'json':
      return readJson(file);
    case 'md':
      return [readMarkdown(file, locale)];
    default:
      throw new Error('this kind of file is not known');
  }
}

/** UTF-8, with or without a mark; else GB 18030, which is what Excel in China writes. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

function readTable(file: string, table: readonly (readonly unknown[])[]): RawRow[] {
  const [head = [], ...body] = table;
  const columns = head.map((cell) =>
    NAMES.get(
      String(cell ?? '')
        .trim()
        .toLowerCase(),
    ),
  );
  if (!columns.includes('question') || !columns.includes('answer'))
    throw new RowFault(1, `columns needed: ${COLUMNS.question.join(' / ')}, ${COLUMNS.answer.join(' / ')}`);
  return body.flatMap((cells, at) => {
    const fields = Object.fromEntries(
      columns.flatMap((column, index) => (column ? [[column, cells[index] ?? '']] : [])),
    );
    const isEmpty = Object.values(fields).every((value) => String(value).trim() === '');
    return isEmpty ? [] : [{ file, row: at + 2, fields }];
  });
}

function readJson({ name, bytes }: File): RawRow[] {
  const json: unknown = JSON.parse(textOf(bytes));
  const list = Array.isArray(json) ? json : (json as { articles?: unknown } | null)?.articles;
  if (!Array.isArray(list)) throw new Error('a list of articles is expected');
  return list.map((fields: unknown, at) => {
    if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
      throw new RowFault(at + 1, 'an object is expected');
    return { file: name, row: at + 1, fields: fields as Record<string, unknown> };
  });
}

const MARKDOWN_NAME = /(?<id>[a-z0-9-]+(?:\/[a-z0-9-]+)?)(?:\.(?<locale>zh-CN|en))?\.md$/;

function readMarkdown({ name, bytes }: File, locale: Locale): RawRow {
  const named = MARKDOWN_NAME.exec(name)?.groups;
  const key = { id: named?.id ?? '', locale: (named?.locale as Locale | undefined) ?? locale };
  const { question, similar, answer, category, tags, verbatim } = parseArticle(textOf(bytes), key);
  const id = key.id.includes('/') ? key.id : `${category}/${key.id}`;
  return {
    file: name,
    row: 1,
    fields: { id, locale: key.locale, question, similar, answer, category, tags, verbatim },
  };
}

export type ExportedArticle = { id: string; locale: Locale; content: ArticleContent };
export type ExportFormat = 'csv' | 'xlsx' | 'json' | 'zip';

const LISTED: readonly Column[] = [
  'id',
  'locale',
  'question',
  'similar',
  'answer',
  'category',
  'tags',
  'verbatim',
  'validFrom',
  'validTo',
];

/** The same shapes that are read again: an export imported changes nothing. */
export async function writeFile(articles: readonly ExportedArticle[], format: ExportFormat): Promise<Uint8Array> {
  switch (format) {
    case 'json':
      return strToU8(
        JSON.stringify(
          articles.map(({ content, ...key }) => ({ ...key, ...content })),
          null,
          2,
        ),
      );
    case 'zip':
      return zipSync(
        Object.fromEntries(
          articles.map((article) => [`${article.id}.${article.locale}.md`, strToU8(markdownOf(article))]),
        ),
      );
    case 'csv':
      // The mark tells Excel that it is UTF-8.
      return strToU8(`\ufeff${Papa.unparse([headOf(), ...articles.map((one) => cellsOf(one).map(harmless))])}`);
    case 'xlsx': {
      const rows = [headOf(), ...articles.map((one) => cellsOf(one).map(harmless))];
      const sheet = rows.map((row) => row.map((value) => ({ value, type: String })));
      return await writeExcel(sheet).toBuffer();
    }
  }
}

const headOf = (): string[] => LISTED.map((column) => COLUMNS[column][0]);

function cellsOf({ id, locale, content }: ExportedArticle): string[] {
  const { question, similar, answer, category, tags, verbatim, validFrom, validTo } = content;
  const cells = [id, locale, question, similar.join('\n'), answer, category, tags.join(', '), verbatim ? 'yes' : 'no'];
  return [...cells, validFrom ?? '', validTo ?? ''];
}

/** A cell that begins like a formula would be run by the program that opens it: a quote before it makes it words. */
const FORMULA = /^[=+\-@\t\r|%]/;
const harmless = (cell: string): string => (FORMULA.test(cell) ? `'${cell}` : cell);
/** The cell as it was before {@link writeFile} made it harmless. */
export const asWritten = (cell: string): string =>
  cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;

function markdownOf({ content }: ExportedArticle): string {
  const { question, similar, answer, category, tags, verbatim } = content;
  const front = stringify({ question, similar, category, tags, ...(verbatim ? { verbatim } : {}) });
  return `---\n${front}---\n${answer.trim()}\n`;
}
