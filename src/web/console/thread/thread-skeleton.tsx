/** Where messages are about to appear. */
import { useTranslation } from 'react-i18next';

export function ThreadSkeleton() {
  const { t } = useTranslation();
  return (
    <div className="thread-skeleton" role="status" aria-label={t('app.loading')}>
      <span className="skeleton bubble-shape" />
      <span className="skeleton bubble-shape right" />
      <span className="skeleton bubble-shape" />
    </div>
  );
}
