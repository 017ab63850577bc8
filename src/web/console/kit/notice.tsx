/** What a pane shows when it has nothing to show: empty, failed, forbidden; always with the way on. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../ui/api.ts';
import { Icon, type IconName } from './icon.tsx';
import { errorWords } from './words.ts';

export function Notice({
  icon,
  title,
  hint,
  children,
}: {
  icon: IconName;
  title: string;
  hint?: string;
  children?: ReactNode;
}) {
  return (
    <div className="notice">
      <span className="notice-icon">
        <Icon name={icon} size={28} />
      </span>
      <p className="notice-title">{title}</p>
      {hint ? <p className="notice-hint">{hint}</p> : null}
      {children}
    </div>
  );
}

export function FailedNotice({ title, error, onRetry }: { title: string; error: unknown; onRetry: () => void }) {
  const { t } = useTranslation();
  const requestId = error instanceof ApiError ? error.problem?.requestId : undefined;
  return (
    <div role="alert">
      <Notice icon="alert" title={title} hint={errorWords(t, error)}>
        {requestId ? <p className="notice-id">{t('page.requestId', { id: requestId })}</p> : null}
        <button type="button" className="btn" onClick={onRetry}>
          {t('act.retry')}
        </button>
      </Notice>
    </div>
  );
}
