/** A new article begins with what it answers; the rest is written in the editor. */
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { App } from 'antd';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Locale } from '../../../domain/locale.ts';
import { api } from '../../ui/api.ts';
import { currentLocale } from '../i18n/i18n.ts';
import { NoRightPage } from '../kit/pages.tsx';
import { errorWords } from '../kit/words.ts';
import { may, useMe } from '../state/session.ts';
import { Field, KnowledgeFrame } from './frame.tsx';
import { takePrefill } from './prefill.ts';
import { keepArticle, readAgain } from './queries.ts';
import { useTexts } from './texts.ts';

const LOCALES: readonly Locale[] = ['zh-CN', 'en'];

export function NewPage() {
  return may(useMe(), 'knowledge.draft') ? <NewArticle /> : <NoRightPage />;
}

function NewArticle() {
  const t = useTexts();
  const common = useTranslation().t;
  const [prefill] = useState(takePrefill);
  const [locale, setLocale] = useState<Locale>(prefill?.locale ?? currentLocale());
  const [question, setQuestion] = useState(prefill?.question ?? '');
  const [category, setCategory] = useState(prefill?.category ?? '');
  const [asked, setAsked] = useState(false);
  const create = useCreate();
  const isReady = question.trim() !== '' && category.trim() !== '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (isReady)
      create.mutate({ locale, question, category, similar: prefill?.similar ?? [], ...(prefill ? { prefill } : {}) });
  };
  return (
    <KnowledgeFrame>
      <form className="panel k-form" onSubmit={submit} noValidate>
        <h2>{t('new.title')}</h2>
        <Field label={t('new.question')} hint={t('new.questionHint')}>
          <input
            className="k-input"
            value={question}
            maxLength={300}
            onChange={(event) => setQuestion(event.target.value)}
          />
        </Field>
        <div className="k-columns">
          <Field label={t('new.locale')}>
            <select
              className="select k-input"
              value={locale}
              onChange={({ target }) => setLocale(LOCALES.find((one) => one === target.value) ?? locale)}
            >
              {LOCALES.map((one) => (
                <option key={one} value={one}>
                  {common(`locale.${one}`)}
                </option>
              ))}
            </select>
          </Field>
          <Field label={t('new.category')}>
            <input
              className="k-input"
              value={category}
              maxLength={80}
              onChange={(event) => setCategory(event.target.value)}
            />
          </Field>
        </div>
        {prefill && prefill.similar.length > 0 ? (
          <p className="k-hint">{t('new.fromGap', { n: prefill.similar.length })}</p>
        ) : null}
        {asked && !isReady ? (
          <p className="banner is-error" role="alert">
            {t('new.needBoth')}
          </p>
        ) : null}
        <button type="submit" className="btn primary" disabled={create.isPending}>
          {t('new.create')}
        </button>
      </form>
    </KnowledgeFrame>
  );
}

type Given = {
  locale: Locale;
  question: string;
  category: string;
  similar: string[];
  prefill?: NonNullable<ReturnType<typeof takePrefill>>;
};

function useCreate() {
  const common = useTranslation().t;
  const { message } = App.useApp();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async ({ locale, question, category, similar, prefill }: Given) => {
      const content = {
        question: question.trim(),
        similar,
        answer: '',
        category: category.trim(),
        tags: [],
        verbatim: false,
        validFrom: null,
        validTo: null,
        ownerId: null,
      };
      const made = await api('POST /api/v1/articles', {
        body: { locale, content, ...(prefill?.id ? { id: prefill.id } : {}) },
      });
      if (prefill?.gap)
        await api('POST /api/v1/gaps/mark', { body: { ...prefill.gap, as: 'written', articleId: made.id } });
      return made;
    },
    onSuccess: (made) => {
      keepArticle(made);
      readAgain('gaps');
      const { locale, id } = made;
      void navigate({ to: '/knowledge/articles/$locale/$', params: { locale, _splat: id } });
    },
    onError: (error) => void message.error(errorWords(common, error)),
  });
}
