/** A value to carry over to another site: shown whole, copied with one press. */
import { Button, Input } from 'antd';
import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

type Props = {
  label: string;
  value: string;
  hint?: string;
  /** Absent: it can only be read. */
  onChange?: (value: string) => void;
};

export function CopyField({ label, value, hint, onChange }: Props) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const [copied, setCopied] = useState('');
  const id = useId();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(value);
    } catch {
      // No clipboard outside secure contexts: the text is selected for the person to copy.
      box.current?.querySelector('input')?.select();
    }
  };
  return (
    <div className="copy-field" ref={box}>
      <label htmlFor={id}>{label}</label>
      <div className="copy-field-row">
        <Input
          id={id}
          readOnly={!onChange}
          value={value}
          spellCheck={false}
          onChange={(event) => onChange?.(event.target.value.trim())}
          onFocus={(event) => event.target.select()}
        />
        <Button onClick={() => void copy()}>{t(copied === value ? 'act.copied' : 'act.copy')}</Button>
      </div>
      {hint ? <p className="muted">{hint}</p> : null}
    </div>
  );
}
