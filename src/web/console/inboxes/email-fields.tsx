/** Fields of the mailbox form: each with its label, its hint and what is wrong with it. */
import { Input, InputNumber, Select, Switch } from 'antd';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Security } from './email-presets.ts';

type Shown = { label: string; hint?: string | undefined; error?: string | undefined };

export function Field({ label, hint, error, children }: Shown & { children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="copy-field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
      {hint ? <p className="muted">{hint}</p> : null}
      {error ? (
        <p className="field-error" role="alert">
          {error}
        </p>
      ) : null}
    </div>
  );
}

type TextProps = Shown & {
  value: string;
  onChange: (value: string) => void;
  secret?: boolean;
  long?: boolean;
  placeholder?: string;
};

export function TextField({ value, onChange, secret, long, placeholder = '', ...shown }: TextProps) {
  const common = { value, placeholder, spellCheck: false, autoComplete: secret ? 'new-password' : 'off' };
  return (
    <Field {...shown}>
      {(id) =>
        secret && !long ? (
          <Input.Password id={id} {...common} onChange={(event) => onChange(event.target.value)} />
        ) : long ? (
          <Input.TextArea id={id} {...common} rows={3} onChange={(event) => onChange(event.target.value)} />
        ) : (
          <Input id={id} {...common} onChange={(event) => onChange(event.target.value)} />
        )
      }
    </Field>
  );
}

type ServerProps = {
  host: string;
  port: number;
  security: Security;
  errors: { host?: string | undefined; port?: string | undefined };
  onChange: (change: { host?: string; port?: number; security?: Security }) => void;
};

const USUAL: Record<Security, string> = { tls: 'TLS', starttls: 'STARTTLS', none: '' };

export function ServerFields({ host, port, security, errors, onChange }: ServerProps) {
  const { t } = useTranslation();
  return (
    <div className="mail-server">
      <TextField
        label={t('mail.form.host')}
        value={host}
        error={errors.host}
        onChange={(value) => onChange({ host: value.trim() })}
      />
      <Field label={t('mail.form.port')} error={errors.port}>
        {(id) => (
          <InputNumber id={id} min={1} max={65_535} value={port} onChange={(value) => onChange({ port: value ?? 0 })} />
        )}
      </Field>
      <Field label={t('mail.form.security')}>
        {(id) => (
          <Select
            id={id}
            value={security}
            options={(['tls', 'starttls', 'none'] as const).map((value) => ({
              value,
              label: USUAL[value] || t('mail.form.none'),
            }))}
            onChange={(value) => onChange({ security: value })}
          />
        )}
      </Field>
    </div>
  );
}

type SwitchProps = { label: string; hint?: string; checked: boolean; onChange: (checked: boolean) => void };

export function SwitchLine({ label, hint, checked, onChange }: SwitchProps) {
  return (
    <div className="switch-line">
      <Switch checked={checked} aria-label={label} onChange={onChange} />
      <span>
        {label} {hint ? <span className="muted">{hint}</span> : null}
      </span>
    </div>
  );
}
