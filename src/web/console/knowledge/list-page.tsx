/** All articles: searched, filtered by what is in the address, with what is wrong with each. */
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ArticleRowShape } from '../../../contract/knowledge-shapes.ts';
import { currentLocale } from '../i18n/i18n.ts';
import { shortTime } from '../kit/format.ts';
import { FailedNotice, Notice } from '../kit/notice.tsx';
import { LoadingPage } from '../kit/pages.tsx';
import { may, useMe } from '../state/session.ts';
import { KnowledgeFrame } from './frame.tsx';
import { HealthMarks, StateChip } from './marks.tsx';
import { type ArticleFilter, articlesQuery } from './queries.ts';
import type { ListSearch } from './search.ts';
import { useTexts } from './texts.ts';

const PAGE = 50;
const STATES = ['draft', 'review', 'scheduled', 'published', 'retired'] as const;
const MARKS = ['conflict', 'expired', 'expiring', 'unhelpful', 'vague', 'unused', 'untested'] as const;
const LOCALES = ['zh-CN', 'en'] as const;

export function ListPage() {
  const t = useTexts();
  const me = useMe();
  const search = useSearch({ from: '/shell/knowledge/' });
  const [pages, setPages] = useState(1);
  const filter: ArticleFilter = { ...search, limit: Math.min(200, pages * PAGE) };
  const query = useQuery(articlesQuery(filter));
  const data = query.data;
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  return (
    <KnowledgeFrame
      actions={
        may(me, 'knowledge.draft') ? (
          <Link className="btn primary" to="/knowledge/new">
            {t('new.action')}
          </Link>
        ) : null
      }
    >
      <Filters search={search} data={data} />
      {query.isPending ? <LoadingPage /> : null}
      {query.isError && !data ? (
        <FailedNotice title={t('list.loadFailed')} error={query.error} onRetry={() => void query.refetch()} />
      ) : null}
      {data && data.items.length === 0 ? (
        <Notice
          icon="file"
          title={t(isFiltered ? 'list.empty' : 'list.none')}
          hint={t(isFiltered ? 'list.emptyHint' : 'list.noneHint')}
        />
      ) : null}
      {data && data.items.length > 0 ? (
        <>
          <p className="k-count" role="status">
            {t('list.count', { n: data.total })}
          </p>
          <Table rows={data.items} />
          {data.total > data.items.length && pages < 4 ? (
            <button type="button" className="btn k-more" onClick={() => setPages(pages + 1)}>
              {t('list.more')}
            </button>
          ) : null}
        </>
      ) : null}
    </KnowledgeFrame>
  );
}

type Listed = {
  categories: { name: string; n: number }[];
  states: Record<string, number>;
  marks: Record<string, number>;
};

function Filters({ search, data }: { search: ListSearch; data: Listed | undefined }) {
  const t = useTexts();
  const common = useTranslation().t;
  const navigate = useNavigate();
  const set = (change: ListSearch) =>
    void navigate({ to: '/knowledge', search: { ...search, ...change }, replace: true });
  const counted = (words: string, n: number | undefined) => (n ? `${words} (${n})` : words);
  return (
    <search className="k-filters">
      <SearchBox value={search.search ?? ''} onChange={(text) => set({ search: text === '' ? undefined : text })} />
      <Choice
        label={t('list.state')}
        value={search.state}
        options={STATES.map((state) => [state, counted(t(`state.${state}`), data?.states[state])] as const)}
        onChange={(state) => set({ state })}
      />
      <Choice
        label={t('list.category')}
        value={search.category}
        options={(data?.categories ?? []).map(({ name, n }) => [name, counted(name, n)] as const)}
        onChange={(category) => set({ category })}
      />
      <Choice
        label={t('list.locale')}
        value={search.locale}
        options={LOCALES.map((locale) => [locale, common(`locale.${locale}`)] as const)}
        onChange={(locale) => set({ locale })}
      />
      <Choice
        label={t('list.mark')}
        value={search.mark}
        options={MARKS.map((mark) => [mark, counted(t(`mark.${mark}`), data?.marks[mark])] as const)}
        onChange={(mark) => set({ mark })}
      />
      {Object.values(search).some((value) => value !== undefined) ? (
        <Link className="btn" to="/knowledge" search={{}}>
          {t('list.clear')}
        </Link>
      ) : null}
    </search>
  );
}

const PAUSE_MS = 250;

/** Asks when the person stops typing, never in the middle of a word that an input method is still making. */
function SearchBox({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const t = useTexts();
  const [text, setText] = useState(value);
  const [composing, setComposing] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is typed starts the pause
  useEffect(() => {
    if (composing || text === value) return;
    const timer = setTimeout(() => onChange(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, composing]);
  useEffect(() => setText(value), [value]);
  return (
    <input
      type="search"
      className="k-input k-search"
      aria-label={t('list.search')}
      placeholder={t('list.search')}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onCompositionStart={() => setComposing(true)}
      onCompositionEnd={() => setComposing(false)}
    />
  );
}

function Choice<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T | undefined;
  options: readonly (readonly [T, string])[];
  onChange: (value: T | undefined) => void;
}) {
  const t = useTexts();
  return (
    <label className="k-choice">
      <span>{label}</span>
      <select
        className="select"
        value={value ?? ''}
        onChange={({ target }) => onChange(options.find(([option]) => option === target.value)?.[0])}
      >
        <option value="">{t('list.all')}</option>
        {options.map(([option, words]) => (
          <option key={option} value={option}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

function Table({ rows }: { rows: readonly ArticleRowShape[] }) {
  const t = useTexts();
  return (
    <table className="table k-table">
      <thead>
        <tr>
          <th scope="col">{t('list.question')}</th>
          <th scope="col">{t('list.state')}</th>
          <th scope="col">{t('list.uses')}</th>
          <th scope="col">{t('list.updated')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={`${row.locale} ${row.id}`} row={row} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row }: { row: ArticleRowShape }) {
  const t = useTexts();
  const common = useTranslation().t;
  const { id, locale } = row;
  return (
    <tr>
      <th scope="row">
        <Link className="k-title" to="/knowledge/articles/$locale/$" params={{ locale, _splat: id }} lang={locale}>
          {row.question || t('editor.untitled')}
        </Link>
        <span className="k-sub">
          {common(`locale.${locale}`)} · {row.category || '–'} · {t('list.similar', { n: row.similar })}
        </span>
        <HealthMarks marks={row.marks} />
      </th>
      <td data-label={t('list.state')}>
        <span className="k-states">
          {row.live ? <StateChip state={row.live.status} /> : null}
          {row.draft ? <StateChip state={row.draft.state} /> : null}
          {row.live ? <span className="k-sub">{t('version', { n: row.live.version })}</span> : null}
        </span>
      </td>
      <td data-label={t('list.uses')}>
        <span>
          {t('list.answers', { n: row.answers })}
          {row.helpful + row.unhelpful > 0 ? (
            <span className="k-sub">{t('list.votes', { helpful: row.helpful, unhelpful: row.unhelpful })}</span>
          ) : null}
        </span>
      </td>
      <td data-label={t('list.updated')}>
        <time dateTime={row.updatedAt}>{shortTime(row.updatedAt, currentLocale())}</time>
      </td>
    </tr>
  );
}
