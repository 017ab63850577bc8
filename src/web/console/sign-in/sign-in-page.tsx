/** Signing in: with a password, or with a one-time link whose code is in the fragment and leaves the address at once. */
import { useMutation } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { Button, Form, Input } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../ui/api.ts';
import { useTitle } from '../kit/title.ts';
import { errorWords } from '../kit/words.ts';
import { enter } from '../state/session.ts';
import { CodeForm, isCodeAsked } from './code-form.tsx';
import { SignInFrame } from './frame.tsx';
import { visibilityIcon } from './visibility.tsx';

export function SignInPage() {
  const { t } = useTranslation();
  const { next } = useSearch({ from: '/sign-in' });
  useTitle(t('signIn.title'));
  const redeem = useMutation({
    mutationFn: (given: { code: string; totp?: string }) => api('POST /api/v1/auth/link', { body: given }),
    onSuccess: (me) => enter(me, next),
  });
  const { mutate } = redeem;
  const [asked, setAsked] = useState(() => codeInAddress() !== null);
  useEffect(() => {
    const take = () => {
      const code = codeInAddress();
      if (code === null) return;
      history.replaceState(history.state, '', location.pathname + location.search);
      setAsked(true);
      mutate({ code });
    };
    take();
    window.addEventListener('hashchange', take);
    return () => window.removeEventListener('hashchange', take);
  }, [mutate]);
  const { variables } = redeem;
  if (asked && variables && isCodeAsked(redeem.error))
    return (
      <SignInFrame title={t('signIn.title')}>
        <CodeForm
          error={redeem.error}
          busy={redeem.isPending}
          onCode={(totp) => mutate({ code: variables.code, totp })}
          onBack={() => setAsked(false)}
        />
      </SignInFrame>
    );
  if (asked && redeem.isError)
    return (
      <SignInFrame title={t('signIn.linkFailed')}>
        <p role="alert">{errorWords(t, redeem.error)}</p>
        <Button block onClick={() => setAsked(false)}>
          {t('signIn.usePassword')}
        </Button>
      </SignInFrame>
    );
  if (asked)
    return (
      <SignInFrame title={t('signIn.title')}>
        <p role="status">{t('signIn.redeeming')}</p>
      </SignInFrame>
    );
  return <PasswordForm />;
}

function codeInAddress(): string | null {
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  return code === '' ? null : code;
}

type Fields = { email: string; password: string; totp?: string };

function PasswordForm() {
  const { t } = useTranslation();
  const { next, expired } = useSearch({ from: '/sign-in' });
  const signIn = useMutation({
    mutationFn: (given: Fields) => api('POST /api/v1/auth/sign-in', { body: { ...given, email: given.email.trim() } }),
    onSuccess: (me) => enter(me, next),
  });
  const [proven, setProven] = useState<Fields | null>(null);
  if (proven)
    return (
      <SignInFrame title={t('signIn.title')}>
        <CodeForm
          error={signIn.error}
          busy={signIn.isPending}
          onCode={(totp) => signIn.mutate({ ...proven, totp })}
          onBack={() => {
            setProven(null);
            signIn.reset();
          }}
        />
      </SignInFrame>
    );
  return (
    <SignInFrame title={t('signIn.title')}>
      {expired && !signIn.isError ? (
        <p className="banner" role="status">
          {t('signIn.expired')}
        </p>
      ) : null}
      {signIn.isError ? (
        <p className="banner is-error" role="alert">
          {errorWords(t, signIn.error)}
        </p>
      ) : null}
      <Form<Fields>
        layout="vertical"
        requiredMark={false}
        validateTrigger="onSubmit"
        onFinish={(fields) => signIn.mutate(fields, { onError: (error) => isCodeAsked(error) && setProven(fields) })}
        disabled={signIn.isPending}
        scrollToFirstError={{ focus: true }}
      >
        <Form.Item
          name="email"
          label={t('signIn.email')}
          rules={[
            { required: true, message: t('signIn.needEmail') },
            // As the server judges: the first administrator is admin@localhost, which Ant Design's own rule refuses.
            { pattern: /^\s*\S+@\S+\s*$/, message: t('signIn.badEmail') },
          ]}
        >
          <Input size="large" type="email" autoComplete="username" autoFocus inputMode="email" />
        </Form.Item>
        <Form.Item
          name="password"
          label={t('signIn.password')}
          rules={[{ required: true, message: t('signIn.needPassword') }]}
        >
          <Input.Password size="large" autoComplete="current-password" iconRender={visibilityIcon} />
        </Form.Item>
        <Button type="primary" size="large" htmlType="submit" block loading={signIn.isPending}>
          {t('signIn.submit')}
        </Button>
      </Form>
      <p className="muted sign-in-help">{t('signIn.noAccount')}</p>
    </SignInFrame>
  );
}
