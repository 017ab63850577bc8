/** A new account: its channel and a name; all else is set up on its page. */
import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import type { InboxShape } from '../../../contract/shapes.ts';
import { api } from '../../ui/api.ts';
import { ChannelName } from '../kit/chips.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { errorWords, fieldErrors } from '../kit/words.ts';

type Fields = { channel: string; name: string };
type Props = { channels: readonly string[]; onDone: (inbox: InboxShape) => void; onClose: () => void };

export function AddDialog({ channels, onDone, onClose }: Props) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Fields>();
  const errorsOf = (error: Error) => fieldErrors(t, error, { fields: ['name'], byCode: { NameTaken: 'name' } });
  const add = useMutation({
    mutationFn: ({ channel, name }: Fields) => api('POST /api/v1/inboxes', { body: { channel, name: name.trim() } }),
    onSuccess: onDone,
    onError: (error) => form.setFields(errorsOf(error)),
  });
  return (
    <Dialog title={t('inboxes.add')} onClose={onClose}>
      {add.isError && errorsOf(add.error).length === 0 ? (
        <p className="banner is-error" role="alert">
          {errorWords(t, add.error)}
        </p>
      ) : null}
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark={false}
        validateTrigger="onSubmit"
        initialValues={{ channel: channels[0] }}
        onFinish={(fields) => add.mutate(fields)}
      >
        <Form.Item name="channel" label={t('inboxes.channel')}>
          <Radio.Group
            vertical
            options={channels.map((channel) => ({ value: channel, label: <ChannelName channel={channel} /> }))}
          />
        </Form.Item>
        <Form.Item
          name="name"
          label={t('inboxes.name')}
          extra={t('inboxes.nameHint')}
          rules={[{ required: true, whitespace: true, message: t('setUp.needName') }]}
        >
          <Input maxLength={80} autoComplete="off" autoFocus />
        </Form.Item>
        <footer className="dialog-foot">
          <Button onClick={onClose}>{t('act.cancel')}</Button>
          <Button type="primary" htmlType="submit" loading={add.isPending}>
            {t('inboxes.addSubmit')}
          </Button>
        </footer>
      </Form>
    </Dialog>
  );
}
