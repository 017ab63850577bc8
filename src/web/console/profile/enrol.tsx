/** Setting two-step sign-in up: the password, the picture for the phone, a first code, the recovery codes. */
import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { encode } from 'uqr';
import { api, type ResponseOf } from '../../ui/api.ts';
import { CopyField } from '../inboxes/copy-field.tsx';
import { errorWords } from '../kit/words.ts';
import { visibilityIcon } from '../sign-in/visibility.tsx';
import '../styles/inboxes.css';
import '../styles/two-factor.css';

type Begun = ResponseOf<'POST /api/v1/me/two-factor/begin'>;

export function Enrol({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const begin = useMutation({
    mutationFn: (password: string) => api('POST /api/v1/me/two-factor/begin', { body: { password } }),
  });
  const confirm = useMutation({
    mutationFn: (code: string) => api('POST /api/v1/me/two-factor/confirm', { body: { code } }),
  });
  if (confirm.data) return <RecoveryCodes codes={confirm.data.recoveryCodes} onDone={onDone} />;
  if (begin.data)
    return (
      <>
        <Scan begun={begin.data} />
        <OneField
          name="code"
          label={t('twoFactor.firstCode')}
          action={t('twoFactor.confirm')}
          error={confirm.error}
          busy={confirm.isPending}
          onValue={(code) => confirm.mutate(code.trim())}
        />
      </>
    );
  return (
    <OneField
      name="password"
      label={t('profile.current')}
      action={t('twoFactor.begin')}
      error={begin.error}
      busy={begin.isPending}
      onValue={(password) => begin.mutate(password)}
    />
  );
}

function Scan({ begun }: { begun: Begun }) {
  const { t } = useTranslation();
  return (
    <>
      <p>{t('twoFactor.scan')}</p>
      <QrCode text={begun.uri} label={t('twoFactor.picture')} />
      <CopyField label={t('twoFactor.secret')} value={begun.secret} />
    </>
  );
}

/** Dark on white in both themes: cameras want it so. */
function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: 2 });
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg className="qr" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = () =>
    navigator.clipboard.writeText(codes.join('\n')).then(
      () => setCopied(true),
      () => undefined,
    );
  return (
    <section aria-label={t('twoFactor.recovery')}>
      <p role="status">{t('twoFactor.keepCodes')}</p>
      <ul className="recovery">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <p className="table-acts">
        <Button onClick={() => void copy()}>{t(copied ? 'act.copied' : 'act.copy')}</Button>
        <Button type="primary" onClick={onDone}>
          {t('twoFactor.kept')}
        </Button>
      </p>
    </section>
  );
}

type OneFieldProps = {
  name: 'code' | 'password';
  label: string;
  action: string;
  danger?: boolean;
  error: unknown;
  busy: boolean;
  onValue: (value: string) => void;
};

/** A form of one field: a code or the password, and what is done by it. */
export function OneField({ name, label, action, danger = false, error, busy, onValue }: OneFieldProps) {
  const { t } = useTranslation();
  return (
    <Form<{ value: string }>
      key={name}
      layout="vertical"
      requiredMark={false}
      validateTrigger="onSubmit"
      onFinish={({ value }) => onValue(value)}
    >
      {error ? (
        <p className="banner is-error" role="alert">
          {errorWords(t, error)}
        </p>
      ) : null}
      <Form.Item
        name="value"
        label={label}
        rules={[{ required: true, message: t(name === 'code' ? 'errors.CodeNeeded' : 'profile.needCurrent') }]}
      >
        {name === 'code' ? (
          <Input autoComplete="one-time-code" maxLength={40} autoFocus />
        ) : (
          <Input.Password autoComplete="current-password" iconRender={visibilityIcon} />
        )}
      </Form.Item>
      <Button type={danger ? 'default' : 'primary'} danger={danger} htmlType="submit" loading={busy}>
        {action}
      </Button>
    </Form>
  );
}
