/** The questions that must be answered by this article, whatever else changes. */
import { useMutation } from '@tanstack/react-query';
import { App } from 'antd';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ArticleDetail } from '../../../contract/knowledge-shapes.ts';
import { api } from '../../ui/api.ts';
import { Icon } from '../kit/icon.tsx';
import { errorWords } from '../kit/words.ts';
import { keepArticle } from './queries.ts';
import { useTexts } from './texts.ts';

export function GoldenList({ detail, mayWrite }: { detail: ArticleDetail; mayWrite: boolean }) {
  const t = useTexts();
  const common = useTranslation().t;
  const { message } = App.useApp();
  const [text, setText] = useState('');
  const { id, locale, golden } = detail;
  const onError = (error: Error) => void message.error(errorWords(common, error));
  const add = useMutation({
    mutationFn: (given: string) =>
      api('POST /api/v1/golden-questions', { body: { locale, text: given, articleId: id } }),
    onSuccess: (made) => {
      setText('');
      keepArticle({ ...detail, golden: [...golden.filter((one) => one.id !== made.id), made] });
    },
    onError,
  });
  const remove = useMutation({
    mutationFn: (goldenId: string) => api('DELETE /api/v1/golden-questions/{id}', { params: { id: goldenId } }),
    onSuccess: (_, goldenId) => keepArticle({ ...detail, golden: golden.filter((one) => one.id !== goldenId) }),
    onError,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== '') add.mutate(text.trim());
  };
  return (
    <section className="panel k-form">
      <h2>{t('golden.title')}</h2>
      <p className="k-hint">{t('golden.hint')}</p>
      {golden.length === 0 ? <p className="muted">{t('golden.none')}</p> : null}
      <ul className="k-similar" lang={locale}>
        {golden.map((one) => (
          <li key={one.id}>
            <span>{one.text}</span>
            {mayWrite ? (
              <button
                type="button"
                className="icon-btn k-remove"
                aria-label={t('editor.remove', { text: one.text })}
                onClick={() => remove.mutate(one.id)}
              >
                <Icon name="close" size={14} />
              </button>
            ) : null}
          </li>
        ))}
      </ul>
      {mayWrite ? (
        <form className="k-add" onSubmit={submit}>
          <input
            className="k-input"
            aria-label={t('golden.add')}
            placeholder={t('golden.add')}
            value={text}
            maxLength={2_000}
            onChange={(event) => setText(event.target.value)}
          />
          <button type="submit" className="btn" disabled={text.trim() === '' || add.isPending}>
            {t('editor.add')}
          </button>
        </form>
      ) : null}
    </section>
  );
}
