/** The first minute of a new colleague: the name customers will see, and a password. */
import { useMutation } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../../ui/api.ts';
import { keys } from '../data/keys.ts';
import { queryClient } from '../data/queries.ts';
import { currentLocale } from '../i18n/i18n.ts';
import { NewPassword } from '../kit/new-password.tsx';
import { useTitle } from '../kit/title.ts';
import { errorWords, fieldErrors } from '../kit/words.ts';
import { goOn, useMe } from '../state/session.ts';
import { SignInFrame } from './frame.tsx';

type Fields = { name: string; newPassword: string };

export function SetUpPage() {
  const { t } = useTranslation();
  const me = useMe();
  const { next } = useSearch({ from: '/set-up' });
  const [form] = Form.useForm<Fields>();
  useTitle(t('setUp.title'));
  const save = useMutation({
    mutationFn: ({ name, newPassword }: Fields) =>
      api('PATCH /api/v1/me', { body: { name: name.trim(), newPassword, locale: currentLocale() } }),
    onSuccess: (now) => {
      queryClient.setQueryData(keys.me, now);
      goOn(next);
    },
    onError: (error) => {
      const wrong = fieldErrors(t, error, { fields: ['name', 'newPassword'], byCode: { WeakPassword: 'newPassword' } });
      form.setFields(wrong);
      if (wrong[0]) form.getFieldInstance(wrong[0].name)?.focus();
    },
  });
  const atField =
    save.isError &&
    fieldErrors(t, save.error, { fields: ['name', 'newPassword'], byCode: { WeakPassword: 'newPassword' } }).length > 0;
  return (
    <SignInFrame title={t('setUp.title')}>
      <p className="muted">{t('setUp.hint', { email: me.agent.email })}</p>
      {save.isError && !atField ? (
        <p className="banner is-error" role="alert">
          {errorWords(t, save.error)}
        </p>
      ) : null}
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark={false}
        validateTrigger="onSubmit"
        initialValues={{ name: me.agent.name }}
        onFinish={(fields) => save.mutate(fields)}
        disabled={save.isPending}
        scrollToFirstError={{ focus: true }}
      >
        <Form.Item
          name="name"
          label={t('setUp.name')}
          rules={[{ required: true, whitespace: true, message: t('setUp.needName') }]}
        >
          <Input size="large" autoComplete="name" maxLength={80} />
        </Form.Item>
        <input type="text" name="username" autoComplete="username" defaultValue={me.agent.email} hidden readOnly />
        <NewPassword label={t('setUp.password')} />
        <Button type="primary" size="large" htmlType="submit" block loading={save.isPending}>
          {t('setUp.submit')}
        </Button>
      </Form>
    </SignInFrame>
  );
}
