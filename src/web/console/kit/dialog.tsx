/** A dialog on the browser's own `<dialog>`: focus stays inside, Escape closes, the page behind is out of reach. */
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from './icon.tsx';

type Props = { title: string; onClose: () => void; children: ReactNode; footer?: ReactNode };

/** Open for as long as it is rendered. */
export function Dialog({ title, onClose, children, footer }: Props) {
  const { t } = useTranslation();
  const box = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = box.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={box}
      className="dialog"
      aria-labelledby={titleId}
      onCancel={(event) => {
        // The parent decides; a closed but rendered dialog would be neither.
        event.preventDefault();
        onClose();
      }}
    >
      <header className="dialog-head">
        <h2 id={titleId}>{title}</h2>
        <button type="button" className="icon-btn" aria-label={t('act.close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {children}
      {footer ? <footer className="dialog-foot">{footer}</footer> : null}
    </dialog>
  );
}

type ConfirmProps = {
  title: string;
  text: string;
  action: string;
  danger?: boolean;
  onConfirm: () => void;
  onClose: () => void;
};

/** Asks before an act that others will feel. */
export function ConfirmDialog({ title, text, action, danger, onConfirm, onClose }: ConfirmProps) {
  const { t } = useTranslation();
  const confirm = () => {
    onClose();
    onConfirm();
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <button type="button" className="btn" onClick={onClose}>
            {t('act.cancel')}
          </button>
          <button type="button" className={`btn ${danger ? 'danger' : 'primary'}`} onClick={confirm}>
            {action}
          </button>
        </>
      }
    >
      <p>{text}</p>
    </Dialog>
  );
}
