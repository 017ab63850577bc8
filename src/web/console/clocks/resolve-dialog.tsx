/** Before a conversation is ended: what was promised and is still open. */
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { PromiseShape } from '../../../contract/clocks.ts';
import { Dialog } from '../kit/dialog.tsx';
import { isPending } from './offers.ts';
import { PromiseList } from './promise-list.tsx';

type Props = { promises: readonly PromiseShape[]; busy: boolean; onConfirm: () => void; onClose: () => void };

export function ResolveDialog({ promises, busy, onConfirm, onClose }: Props) {
  const { t } = useTranslation();
  const pending = promises.filter(isPending);
  return (
    <Dialog title={t('promise.beforeResolve')} onClose={onClose}>
      <p className="muted">{t(pending.length > 0 ? 'promise.beforeResolveHint' : 'promise.allSettled')}</p>
      {pending.length > 0 ? <PromiseList promises={pending} /> : null}
      <footer className="dialog-foot">
        <Button onClick={onClose}>{t('act.cancel')}</Button>
        <Button type="primary" loading={busy} onClick={onConfirm}>
          {t(pending.length > 0 ? 'promise.resolveAnyway' : 'act.resolve')}
        </Button>
      </footer>
    </Dialog>
  );
}
