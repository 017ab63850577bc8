/** Says how the live connection is; silent for the eye while all is well, spoken when it changes. */
import { useTranslation } from 'react-i18next';
import { useConnection } from '../state/connection.ts';

export function ConnectionPill() {
  const { t } = useTranslation();
  const state = useConnection((connection) => connection.state);
  return (
    <div className={`connection is-${state}`} role="status" title={t('connection.hint')}>
      <span className="connection-dot" aria-hidden="true" />
      {t(`connection.${state}`)}
    </div>
  );
}
