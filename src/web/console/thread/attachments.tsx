/** What came with a message: images in place, files as links, cards by their words. */
import { useTranslation } from 'react-i18next';
import type { ActivityShape } from '../../../contract/shapes.ts';

type Attachment = NonNullable<ActivityShape['attachments']>[number];

export function Attachments({ attachments }: { attachments: readonly Attachment[] }) {
  if (attachments.length === 0) return null;
  return (
    <ul className="files">
      {[...attachments.entries()].map(([place, attachment]) => (
        <li key={place}>
          <OneAttachment attachment={attachment} />
        </li>
      ))}
    </ul>
  );
}

function OneAttachment({ attachment }: { attachment: Attachment }) {
  const { t } = useTranslation();
  const name = attachment.name ?? t('bubble.attachment');
  const url = attachment.contentUrl;
  // The page shows images of our own server only; others are a link that a person may follow.
  const ours =
    url !== undefined &&
    (/^\/(?!\/)/.test(url) || url.startsWith(`${location.origin}/`) || url.startsWith('data:image/'));
  if (ours && attachment.contentType.startsWith('image/'))
    return (
      <a href={url} target="_blank" rel="noopener noreferrer">
        <img src={url} alt={t('bubble.image', { name })} loading="lazy" />
      </a>
    );
  if (url !== undefined && (ours || /^https?:\/\//.test(url)))
    return (
      <a className="file" href={url} target="_blank" rel="noopener noreferrer">
        {name}
      </a>
    );
  const lost = lostReason(attachment.content);
  if (lost)
    return <span className="file is-lost">{t('bubble.lost', { name, reason: t(`delivery.lost.${lost}`) })}</span>;
  const words = cardWords(attachment.content);
  return words.length > 0 ? (
    <div className="card">
      {words.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </div>
  ) : (
    <span className="file">{name}</span>
  );
}

/** The texts of a hero-like card, in the order in which a customer reads them. */
function cardWords(content: unknown): string[] {
  if (typeof content !== 'object' || content === null) return [];
  const card = content as Record<string, unknown>;
  const lines = [card.title, card.subtitle, card.text].filter(
    (line): line is string => typeof line === 'string' && line !== '',
  );
  return [...new Set(lines)];
}

const LOST = ['Expired', 'TooLarge', 'NotAllowed', 'Unreadable'] as const;

/** Why a file of the customer could not be kept; undefined where there is nothing of that kind. */
function lostReason(content: unknown): (typeof LOST)[number] | undefined {
  const reason = typeof content === 'object' && content !== null && 'lost' in content ? content.lost : undefined;
  return LOST.find((one) => one === reason);
}
