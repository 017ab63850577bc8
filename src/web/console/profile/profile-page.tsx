/** One's own account: name, language, password. */
import { useMutation } from '@tanstack/react-query';
import { App, Button, Form, Input, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Locale } from '../../../domain/locale.ts';
import { api, type RequestOf } from '../../ui/api.ts';
import { keys } from '../data/keys.ts';
import { queryClient } from '../data/queries.ts';
import { changeLocale } from '../i18n/i18n.ts';
import { NewPassword } from '../kit/new-password.tsx';
import { useTitle } from '../kit/title.ts';
import { errorWords, fieldErrors } from '../kit/words.ts';
import { visibilityIcon } from '../sign-in/visibility.tsx';
import { useMe } from '../state/session.ts';
import { SessionList, TwoFactor } from './security.tsx';
import '../styles/pages.css';

type Patch = NonNullable<RequestOf<'PATCH /api/v1/me'>['body']>;

export function ProfilePage() {
  const { t } = useTranslation();
  useTitle(t('profile.title'));
  return (
    <main className="page is-narrow">
      <header className="page-head">
        <h1>{t('profile.title')}</h1>
      </header>
      <Basics />
      <Password />
      <TwoFactor />
      <SessionList />
    </main>
  );
}

async function updateMe(body: Patch): Promise<void> {
  queryClient.setQueryData(keys.me, await api('PATCH /api/v1/me', { body }));
}

type BasicFields = { name: string; locale: Locale };

function Basics() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { agent } = useMe();
  const [form] = Form.useForm<BasicFields>();
  const save = useMutation({
    mutationFn: async ({ name, locale }: BasicFields) => {
      await updateMe({ name: name.trim(), locale });
      await changeLocale(locale);
    },
    onSuccess: () => void message.success(t('act.saved')),
    onError: (error) => {
      const wrong = fieldErrors(t, error, { fields: ['name', 'locale'] });
      if (wrong.length > 0) form.setFields(wrong);
      else void message.error(errorWords(t, error));
    },
  });
  return (
    <section className="panel">
      <h2>{t('profile.basics')}</h2>
      <p className="muted">{agent.email}</p>
      <Form<BasicFields>
        key={agent.locale}
        form={form}
        layout="vertical"
        requiredMark={false}
        validateTrigger="onSubmit"
        initialValues={{ name: agent.name, locale: agent.locale }}
        onFinish={(fields) => save.mutate(fields)}
      >
        <Form.Item
          name="name"
          label={t('profile.name')}
          extra={t('profile.nameHint')}
          rules={[{ required: true, whitespace: true, message: t('setUp.needName') }]}
        >
          <Input maxLength={80} autoComplete="name" />
        </Form.Item>
        <Form.Item name="locale" label={t('profile.language')}>
          <Radio.Group
            options={[
              { value: 'zh-CN', label: t('locale.zh-CN') },
              { value: 'en', label: t('locale.en') },
            ]}
          />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t('act.save')}
        </Button>
      </Form>
    </section>
  );
}

type PasswordFields = { currentPassword: string; newPassword: string };

function Password() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<PasswordFields>();
  const save = useMutation({
    mutationFn: (fields: PasswordFields) => updateMe(fields),
    onSuccess: () => {
      form.resetFields();
      void message.success(t('profile.passwordChanged'));
    },
    onError: (error) => {
      const wrong = fieldErrors(t, error, {
        fields: ['currentPassword', 'newPassword'],
        byCode: { WeakPassword: 'newPassword', WrongCredentials: 'currentPassword' },
      });
      const [first] = wrong;
      if (!first) return void message.error(errorWords(t, error));
      form.setFields(
        first.name === 'currentPassword' ? [{ name: 'currentPassword', errors: [t('profile.wrongCurrent')] }] : wrong,
      );
      form.getFieldInstance(first.name)?.focus();
    },
  });
  return (
    <section className="panel">
      <h2>{t('profile.passwordTitle')}</h2>
      <Form<PasswordFields>
        form={form}
        layout="vertical"
        requiredMark={false}
        validateTrigger="onSubmit"
        onFinish={(fields) => save.mutate(fields)}
        scrollToFirstError={{ focus: true }}
      >
        <Form.Item
          name="currentPassword"
          label={t('profile.current')}
          rules={[{ required: true, message: t('profile.needCurrent') }]}
        >
          <Input.Password size="large" autoComplete="current-password" iconRender={visibilityIcon} />
        </Form.Item>
        <NewPassword label={t('profile.next')} />
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t('profile.changePassword')}
        </Button>
      </Form>
    </section>
  );
}
