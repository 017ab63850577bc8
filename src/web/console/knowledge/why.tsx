/** Why the bot said it: what it understood, what it had to choose from, and what it would say today. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { WhyShape } from '../../../contract/knowledge-shapes.ts';
import type { Locale } from '../../../domain/locale.ts';
import { Dialog } from '../kit/dialog.tsx';
import { FailedNotice } from '../kit/notice.tsx';
import { usePercent } from './frame.tsx';
import { whyQuery } from './queries.ts';
import { useTexts } from './texts.ts';
import { Trial } from './try-box.tsx';
import './knowledge.css';

type Props = { conversationId: string; seq: number; onClose: () => void };

export function WhyDialog({ conversationId, seq, onClose }: Props) {
  const t = useTexts();
  const common = useTranslation().t;
  const query = useQuery(whyQuery(conversationId, seq));
  return (
    <Dialog title={t('why.title')} onClose={onClose}>
      {query.isPending ? <p className="muted">{common('app.loading')}</p> : null}
      {query.isError ? (
        <FailedNotice title={t('why.loadFailed')} error={query.error} onRetry={() => void query.refetch()} />
      ) : null}
      {query.data?.answers.length === 0 ? <p>{t('why.none')}</p> : null}
      {query.data?.answers.map((answer) => (
        <Explained key={answer.question} answer={answer} />
      ))}
    </Dialog>
  );
}

function Explained({ answer }: { answer: WhyShape['answers'][number] }) {
  const t = useTexts();
  const percent = usePercent();
  const { question, decision, confidence, articleId, articleVersion, isCurrent, top, today, same, engine } = answer;
  const locale: Locale = today.top[0]?.locale ?? 'zh-CN';
  return (
    <section className="k-why">
      <p>
        <span className="k-hint">{t('why.asked')}</span> <b>{question}</b>
      </p>
      <h3>{t('why.then')}</h3>
      <p>
        <b className={`k-decision is-${decision}`}>{t(`try.${decision}`)}</b>{' '}
        <span className="k-hint">{t('try.sure', { n: Math.round(confidence * 100) })}</span>
      </p>
      {articleId ? (
        <p>
          {t('why.article')}:{' '}
          <Link to="/knowledge/articles/$locale/$" params={{ locale, _splat: articleId }}>
            {top.find(({ id }) => id === articleId)?.question ?? articleId}
          </Link>{' '}
          <span className="k-hint">
            {t('version', { n: articleVersion ?? 0 })} · {t(isCurrent ? 'why.current' : 'why.old')}
          </span>
        </p>
      ) : (
        <p className="muted">{t('why.noArticle')}</p>
      )}
      <ol className="k-top" aria-label={t('why.scores')}>
        {top.map((one) => (
          <li key={one.id}>
            <span>{one.question}</span> <span className="k-hint">{percent(one.score)}</span>
          </li>
        ))}
      </ol>
      <p className="k-hint">{t('why.engine', { name: engine })}</p>
      <p>
        <span className={`k-effect is-${same ? 'gained' : 'changed'}`}>{t(same ? 'why.same' : 'why.different')}</span>
      </p>
      <Trial title={t('why.today')} trial={today} failed={false} />
    </section>
  );
}
