/** What an article is made of, each part with its own control. */
import { useState } from 'react';
import type { ArticleContentShape } from '../../../contract/knowledge-shapes.ts';
import type { Locale } from '../../../domain/locale.ts';
import { Icon } from '../kit/icon.tsx';
import { Field } from './frame.tsx';
import { nearDuplicate } from './near-duplicate.ts';
import { Rendered } from './rendered.tsx';
import { useTexts } from './texts.ts';

type Props = {
  content: ArticleContentShape;
  locale: Locale;
  disabled: boolean;
  change: (change: Partial<ArticleContentShape>) => void;
};

export function Fields({ content, locale, disabled, change }: Props) {
  const t = useTexts();
  return (
    <fieldset className="panel k-form" disabled={disabled} lang={locale}>
      <Field label={t('editor.question')}>
        <input
          className="k-input k-question"
          value={content.question}
          maxLength={300}
          onChange={(event) => change({ question: event.target.value })}
        />
      </Field>
      <SimilarQuestions content={content} disabled={disabled} change={change} />
      <Answer content={content} change={change} />
      <Filing content={content} change={change} />
      <Validity content={content} change={change} />
    </fieldset>
  );
}

type Part = Pick<Props, 'content' | 'change'>;

function SimilarQuestions({ content, disabled, change }: Part & { disabled: boolean }) {
  const t = useTexts();
  const [text, setText] = useState('');
  const { similar, question } = content;
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const known = [question, ...similar];
  const twin = lines.map((line) => nearDuplicate(line, known)).find((one) => one !== null) ?? null;
  const add = () => {
    const fresh = lines.filter((line, at) => !known.includes(line) && lines.indexOf(line) === at);
    change({ similar: [...similar, ...fresh.map((line) => line.slice(0, 300))].slice(0, 200) });
    setText('');
  };
  return (
    <section className="k-field" aria-label={t('editor.similar')}>
      <span className="k-label">
        {t('editor.similar')} <span className="k-hint">{t('editor.count', { n: similar.length })}</span>
      </span>
      <ul className="k-similar">
        {similar.map((one) => (
          <Similar
            key={one}
            text={one}
            twin={nearDuplicate(
              one,
              known.filter((other) => other !== one),
            )}
            onRemove={disabled ? null : () => change({ similar: similar.filter((other) => other !== one) })}
          />
        ))}
      </ul>
      {disabled ? null : (
        <div className="k-add">
          <textarea
            className="k-input"
            rows={2}
            aria-label={t('editor.addSimilar')}
            placeholder={t('editor.addSimilar')}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              const { isComposing, keyCode } = event.nativeEvent;
              if (event.key !== 'Enter' || event.shiftKey || isComposing || keyCode === 229) return;
              event.preventDefault();
              if (lines.length > 0) add();
            }}
          />
          <button type="button" className="btn" disabled={lines.length === 0} onClick={add}>
            {t('editor.add')}
          </button>
        </div>
      )}
      {twin ? <span className="k-warn">{t('editor.duplicate', { text: twin })}</span> : null}
      <span className="k-hint">{t('editor.similarHint')}</span>
    </section>
  );
}

function Similar({ text, twin, onRemove }: { text: string; twin: string | null; onRemove: (() => void) | null }) {
  const t = useTexts();
  return (
    <li>
      <span>
        {text}
        {twin ? <span className="k-warn">{t('editor.duplicate', { text: twin })}</span> : null}
      </span>
      {onRemove ? (
        <button
          type="button"
          className="icon-btn k-remove"
          aria-label={t('editor.remove', { text })}
          onClick={onRemove}
        >
          <Icon name="close" size={14} />
        </button>
      ) : null}
    </li>
  );
}

function Answer({ content, change }: Part) {
  const t = useTexts();
  return (
    <div className="k-answer">
      <Field label={t('editor.answer')} hint={t('editor.answerHint')}>
        <textarea
          className="k-input k-markdown"
          rows={12}
          maxLength={20_000}
          value={content.answer}
          onChange={(event) => change({ answer: event.target.value })}
        />
      </Field>
      <section className="k-field" aria-label={t('editor.preview')}>
        <span className="k-label">{t('editor.preview')}</span>
        {content.answer.trim() === '' ? (
          <p className="k-preview muted">{t('editor.previewEmpty')}</p>
        ) : (
          <Rendered source={content.answer} />
        )}
      </section>
    </div>
  );
}

function Filing({ content, change }: Part) {
  const t = useTexts();
  const [tags, setTags] = useState<string | null>(null);
  const parse = (text: string) => [
    ...new Set(
      text
        .split(/[,，;；]/)
        .map((tag) => tag.trim().slice(0, 40))
        .filter((tag) => tag !== ''),
    ),
  ];
  return (
    <div className="k-columns">
      <Field label={t('editor.category')}>
        <input
          className="k-input"
          value={content.category}
          maxLength={80}
          onChange={(event) => change({ category: event.target.value })}
        />
      </Field>
      <Field label={t('editor.tags')} hint={t('editor.tagsHint')}>
        <input
          className="k-input"
          value={tags ?? content.tags.join(', ')}
          onChange={(event) => {
            setTags(event.target.value);
            change({ tags: parse(event.target.value).slice(0, 20) });
          }}
          onBlur={() => setTags(null)}
        />
      </Field>
      <label className="k-check">
        <input
          type="checkbox"
          checked={content.verbatim}
          onChange={(event) => change({ verbatim: event.target.checked })}
        />
        <span>
          {t('editor.verbatim')}
          <span className="k-hint">{t('editor.verbatimHint')}</span>
        </span>
      </label>
    </div>
  );
}

function Validity({ content, change }: Part) {
  const t = useTexts();
  return (
    <div className="k-columns">
      <Field label={t('editor.validFrom')} hint={t('editor.validFromHint')}>
        <Instant value={content.validFrom} onChange={(validFrom) => change({ validFrom })} />
      </Field>
      <Field label={t('editor.validTo')} hint={t('editor.validToHint')}>
        <Instant value={content.validTo} onChange={(validTo) => change({ validTo })} />
      </Field>
    </div>
  );
}

/** In the browser's zone, as everything that the person sees. */
function Instant({ value, onChange }: { value: string | null; onChange: (value: string | null) => void }) {
  const two = (n: number) => String(n).padStart(2, '0');
  const local = (iso: string) => {
    const at = new Date(iso);
    return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
  };
  return (
    <input
      type="datetime-local"
      className="k-input"
      value={value === null ? '' : local(value)}
      onChange={({ target }) => {
        const at = new Date(target.value);
        onChange(Number.isNaN(at.getTime()) ? null : at.toISOString());
      }}
    />
  );
}
