/** A secret that both sides must know: made here, shown until the page is left, afterwards only known to be there. */
import { Button, Input } from 'antd';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyField } from './copy-field.tsx';

type Props = {
  label: string;
  /** What was made or typed and is not saved yet, or was saved while this page is open; empty: nothing new. */
  value: string;
  isSet: boolean;
  maxLength: number;
  error: string | undefined;
  onChange: (value: string) => void;
  onMake: () => void;
};

export function KeyField({ label, value, isSet, maxLength, error, onChange, onMake }: Props) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div className="key-field">
      {value === '' ? (
        <div className="copy-field">
          <label htmlFor={id}>{label}</label>
          <div className="copy-field-row">
            <Input
              id={id}
              value={value}
              maxLength={maxLength}
              autoComplete="off"
              spellCheck={false}
              placeholder={t(isSet ? 'inboxes.wechat.kept' : 'inboxes.wechat.keyHint')}
              onChange={(event) => onChange(event.target.value)}
            />
            <Button onClick={onMake}>{t(isSet ? 'inboxes.wechat.makeNew' : 'inboxes.wechat.make')}</Button>
          </div>
        </div>
      ) : (
        <CopyField label={label} value={value} hint={t('inboxes.wechat.keyOnce')} onChange={onChange} />
      )}
      {error ? (
        <p className="field-error" role="alert">
          {error}
        </p>
      ) : null}
    </div>
  );
}
