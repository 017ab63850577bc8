/** Two texts of an article beside each other in one: what was taken away and what was put in, word by word. */
import { diffWordsWithSpace } from 'diff';
import { useMemo } from 'react';
import type { ArticleContentShape } from '../../../contract/knowledge-shapes.ts';
import type { Locale } from '../../../domain/locale.ts';
import { useTexts } from './texts.ts';

type Props = { from: ArticleContentShape; to: ArticleContentShape; locale: Locale };

export function DiffView({ from, to, locale }: Props) {
  const t = useTexts();
  const added = to.similar.filter((one) => !from.similar.includes(one));
  const removed = from.similar.filter((one) => !to.similar.includes(one));
  const isSame = JSON.stringify(from) === JSON.stringify(to);
  if (isSame) return <p className="muted">{t('history.same')}</p>;
  return (
    <div className="k-diff" lang={locale}>
      {from.question === to.question ? null : <Words from={from.question} to={to.question} locale={locale} />}
      {from.answer === to.answer ? null : <Words from={from.answer} to={to.answer} locale={locale} />}
      <Listed title={t('history.similarAdded')} items={added} kind="ins" />
      <Listed title={t('history.similarRemoved')} items={removed} kind="del" />
      <Facts from={from} to={to} />
    </div>
  );
}

function Words({ from, to, locale }: { from: string; to: string; locale: Locale }) {
  const parts = useMemo(
    () => diffWordsWithSpace(from, to, { intlSegmenter: new Intl.Segmenter(locale, { granularity: 'word' }) }),
    [from, to, locale],
  );
  return (
    <p className="k-words">
      {parts.map((part, at) => {
        const key = `${at}${part.added ? '+' : part.removed ? '-' : '='}`;
        if (part.added) return <ins key={key}>{part.value}</ins>;
        return part.removed ? <del key={key}>{part.value}</del> : <span key={key}>{part.value}</span>;
      })}
    </p>
  );
}

function Listed({ title, items, kind }: { title: string; items: readonly string[]; kind: 'ins' | 'del' }) {
  if (items.length === 0) return null;
  const Tag = kind;
  return (
    <div>
      <h4>{title}</h4>
      <ul>
        {items.map((item) => (
          <li key={item}>
            <Tag>{item}</Tag>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Facts({ from, to }: Pick<Props, 'from' | 'to'>) {
  const t = useTexts();
  const rows = [
    [t('editor.category'), from.category, to.category],
    [t('editor.tags'), from.tags.join(', '), to.tags.join(', ')],
    [t('editor.verbatim'), from.verbatim ? '✓' : '–', to.verbatim ? '✓' : '–'],
    [t('editor.validFrom'), from.validFrom ?? '–', to.validFrom ?? '–'],
    [t('editor.validTo'), from.validTo ?? '–', to.validTo ?? '–'],
  ] as const;
  const changed = rows.filter(([, before, after]) => before !== after);
  return changed.map(([name, before, after]) => (
    <p key={name}>
      {name}: <del>{before}</del> → <ins>{after}</ins>
    </p>
  ));
}
