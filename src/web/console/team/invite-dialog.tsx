/** Inviting a colleague: three fields, and a link to hand over. */
import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, type RequestOf } from '../../ui/api.ts';
import { Dialog } from '../kit/dialog.tsx';
import { errorWords, fieldErrors } from '../kit/words.ts';
import type { SignInLink } from './sign-in-link.ts';

type Fields = RequestOf<'POST /api/v1/agents'>['body'];

export function InviteDialog({ onDone, onClose }: { onDone: (link: SignInLink) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Fields>();
  const errorsOf = (error: Error) =>
    fieldErrors(t, error, { fields: ['email', 'name', 'role'], byCode: { EmailTaken: 'email' } });
  const invite = useMutation({
    mutationFn: (body: Fields) =>
      api('POST /api/v1/agents', { body: { ...body, name: body.name.trim(), email: body.email.trim() } }),
    onSuccess: onDone,
    onError: (error) => {
      form.setFields(errorsOf(error));
    },
  });
  return (
    <Dialog title={t('team.invite')} onClose={onClose}>
      {invite.isError && errorsOf(invite.error).length === 0 ? (
        <p className="banner is-error" role="alert">
          {errorWords(t, invite.error)}
        </p>
      ) : null}
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark={false}
        validateTrigger="onSubmit"
        initialValues={{ role: 'agent' }}
        onFinish={(fields) => invite.mutate(fields)}
        scrollToFirstError={{ focus: true }}
      >
        <Form.Item
          name="name"
          label={t('team.name')}
          rules={[{ required: true, whitespace: true, message: t('setUp.needName') }]}
        >
          <Input maxLength={80} autoComplete="off" autoFocus />
        </Form.Item>
        <Form.Item
          name="email"
          label={t('team.email')}
          rules={[
            { required: true, message: t('signIn.needEmail') },
            { type: 'email', message: t('signIn.badEmail'), transform: (value: string) => value?.trim() },
          ]}
        >
          <Input type="email" inputMode="email" autoComplete="off" />
        </Form.Item>
        <Form.Item name="role" label={t('team.role')}>
          <Radio.Group
            vertical
            options={[
              { value: 'agent', label: t('team.roleAgent') },
              { value: 'supervisor', label: t('team.roleSupervisor') },
              { value: 'admin', label: t('team.roleAdmin') },
            ]}
          />
        </Form.Item>
        <footer className="dialog-foot">
          <Button onClick={onClose}>{t('act.cancel')}</Button>
          <Button type="primary" htmlType="submit" loading={invite.isPending}>
            {t('team.inviteSubmit')}
          </Button>
        </footer>
      </Form>
    </Dialog>
  );
}
