/** A field for choosing a password: says how much is missing while one types, and what the server thought of it. */
import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { visibilityIcon } from '../sign-in/visibility.tsx';

const MIN_PASSWORD = 12;

export function NewPassword({ label }: { label: string }) {
  const { t } = useTranslation();
  const value: string = Form.useWatch('newPassword') ?? '';
  const left = MIN_PASSWORD - [...value].length;
  const hint = value === '' ? t('setUp.passwordHint') : left > 0 ? t('setUp.left', { n: left }) : t('setUp.longEnough');
  return (
    <Form.Item
      name="newPassword"
      label={label}
      extra={
        <span role="status" className="password-hint">
          {hint}
        </span>
      }
      rules={[
        { required: true, message: t('errors.WeakPassword') },
        {
          validator: (_, given: string) =>
            [...(given ?? '')].length >= MIN_PASSWORD || !given
              ? Promise.resolve()
              : Promise.reject(new Error(t('errors.WeakPassword'))),
        },
      ]}
    >
      <Input.Password size="large" autoComplete="new-password" iconRender={visibilityIcon} />
    </Form.Item>
  );
}
