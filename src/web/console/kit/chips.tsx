/** Small labels that say what something is in words and shape, never by colour alone. */
import { useTranslation } from 'react-i18next';
import type { ConversationShape } from '../../../contract/shapes.ts';

const CHANNELS = ['web', 'wechat', 'email', 'directline'] as const;
type Channel = (typeof CHANNELS)[number];

export function StatusChip({ status }: { status: ConversationShape['status'] }) {
  const { t } = useTranslation();
  return <span className={`chip is-${status}`}>{t(`status.${status}`)}</span>;
}

export function ChannelName({ channel }: { channel: string }) {
  const { t } = useTranslation();
  const known = CHANNELS.find((one): one is Channel => one === channel);
  return <span className="channel">{known ? t(`channel.${known}`) : channel || t('channel.other')}</span>;
}

export function Avatar({ name, id, size = 'md' }: { name: string; id: string; size?: 'md' | 'sm' }) {
  return (
    <span className={`avatar hue-${hueOf(id)} is-${size}`} aria-hidden="true">
      {[...name.trim()][0]?.toUpperCase() ?? '?'}
    </span>
  );
}

function hueOf(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 997;
  return sum % 6;
}
