/** Asks for another time of a promise. */
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../kit/dialog.tsx';
import { serverNow } from '../state/clock.ts';

type Props = {
  title: string;
  hint: string;
  dueAt: string;
  busy: boolean;
  /** ISO, UTC. */
  onDone: (dueAt: string) => void;
  onClose: () => void;
};

/** As `<input type="datetime-local">` wants it, in the browser's zone. */
function localText(iso: string): string {
  const date = new Date(iso);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function DueDialog({ title, hint, dueAt, busy, onDone, onClose }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState(() => localText(dueAt));
  const at = new Date(text);
  const isLater = at.getTime() > serverNow();
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isLater) onDone(at.toISOString());
        }}
      >
        <p className="muted">{hint}</p>
        <label className="field">
          <span>{t('promise.newTime')}</span>
          <input
            className="input"
            type="datetime-local"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
        {isLater ? null : <p className="field-error">{t('promise.mustBeLater')}</p>}
        <footer className="dialog-foot">
          <Button onClick={onClose}>{t('act.cancel')}</Button>
          <Button type="primary" htmlType="submit" loading={busy} disabled={!isLater}>
            {t('act.save')}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
