/** One message: who said it, what it says, where it comes from, and whether it arrived. */
import { lazy, memo, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ActivityShape } from '../../../contract/shapes.ts';
import { renderMarkdown } from '../../ui/markdown.ts';
import { currentLocale } from '../i18n/i18n.ts';
import { clockTime, fullTime } from '../kit/format.ts';
import { Icon } from '../kit/icon.tsx';
import { Attachments } from './attachments.tsx';
import { DeliveryMark } from './delivery-mark.tsx';
import { MailFoot, MailHead } from './mail-note.tsx';

export const Bubble = memo(function Bubble({ activity, withAuthor }: { activity: ActivityShape; withAuthor: boolean }) {
  const { t } = useTranslation();
  const note = activity.visibility === 'internal';
  const kind = note ? 'note' : activity.author.kind;
  const locale = currentLocale();
  return (
    <article className={`msg is-${kind}${withAuthor ? ' with-author' : ''}`} data-seq={activity.seq}>
      {withAuthor ? <p className="msg-author">{authorName(t, activity)}</p> : null}
      <div className="bubble">
        {note ? (
          <p className="bubble-note">
            <Icon name="lock" size={13} /> {t('bubble.note')}
          </p>
        ) : null}
        {activity.mail ? <MailHead mail={activity.mail} /> : null}
        <Words activity={activity} />
        <Attachments attachments={activity.attachments ?? []} />
        {activity.suggestedActions?.length ? (
          <ul className="bubble-choices" aria-label={t('bubble.choices')}>
            {activity.suggestedActions.map((choice) => (
              <li key={choice.value}>{choice.title}</li>
            ))}
          </ul>
        ) : null}
        {activity.mail ? <MailFoot mail={activity.mail} /> : null}
      </div>
      {activity.author.kind === 'bot' && !note ? <Provenance activity={activity} /> : null}
      <p className="msg-foot">
        <time dateTime={activity.at} title={fullTime(activity.at, locale)}>
          {clockTime(activity.at, locale)}
        </time>
        {activity.author.kind === 'agent' || activity.delivery ? <DeliveryMark activity={activity} /> : null}
      </p>
    </article>
  );
});

function authorName(
  t: (key: 'bubble.bot' | 'bubble.agentFallback' | 'bubble.customerFallback') => string,
  { author }: ActivityShape,
): string {
  if (author.kind === 'bot' || author.kind === 'system') return author.name ?? t('bubble.bot');
  return author.name ?? t(author.kind === 'agent' ? 'bubble.agentFallback' : 'bubble.customerFallback');
}

/** The bot writes Markdown; people write what they write. */
function Words({ activity }: { activity: ActivityShape }) {
  const { text, author } = activity;
  if (!text) return null;
  if (author.kind !== 'bot') return <p className="bubble-text">{text}</p>;
  // biome-ignore lint/security/noDangerouslySetInnerHtml: the one way in is the policy that makes this HTML from Markdown
  return <div className="bubble-md" dangerouslySetInnerHTML={{ __html: renderMarkdown(text) }} />;
}

function Provenance({ activity }: { activity: ActivityShape }) {
  const { t } = useTranslation();
  const { source, confidence, label } = activity;
  return (
    <p className="msg-source">
      {label ? <span className={`label is-${label}`}>{t(`bubble.${label}`)}</span> : null}
      {source ? (
        <span>
          {t('bubble.source')}: <SourceName title={source.title} url={source.url} /> ·{' '}
          {t('bubble.version', { n: source.version })}
        </span>
      ) : null}
      {confidence === undefined ? null : <span>{t('bubble.confidence', { n: Math.round(confidence * 100) })}</span>}
      <Why activity={activity} />
    </p>
  );
}

const WhyDialog = lazy(async () => ({ default: (await import('../knowledge/why.tsx')).WhyDialog }));

function Why({ activity: { conversationId, seq } }: { activity: ActivityShape }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="link" onClick={() => setOpen(true)}>
        {t('bubble.why')}
      </button>
      {open ? (
        <Suspense fallback={null}>
          <WhyDialog conversationId={conversationId} seq={seq} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}

function SourceName({ title, url }: { title: string; url: string }) {
  if (!/^(https?:\/\/|\/(?!\/))/.test(url)) return <b>{title}</b>;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer">
      {title}
    </a>
  );
}
