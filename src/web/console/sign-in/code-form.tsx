/** The second step: six digits of the phone, or a recovery code. */
import { Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../ui/api.ts';
import { errorWords } from '../kit/words.ts';

type Props = { error: unknown; busy: boolean; onCode: (code: string) => void; onBack: () => void };

/** Whether the server asks for the second step. */
export function isCodeAsked(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 'CodeNeeded' || error.code === 'WrongCode');
}

export function CodeForm({ error, busy, onCode, onBack }: Props) {
  const { t } = useTranslation();
  const isWrong = error instanceof ApiError && error.code !== 'CodeNeeded';
  return (
    <>
      {isWrong ? (
        <p className="banner is-error" role="alert">
          {errorWords(t, error)}
        </p>
      ) : null}
      <Form<{ code: string }>
        layout="vertical"
        requiredMark={false}
        validateTrigger="onSubmit"
        onFinish={({ code }) => onCode(code.trim())}
        disabled={busy}
      >
        <Form.Item
          name="code"
          label={t('signIn.code')}
          extra={t('signIn.codeHint')}
          rules={[{ required: true, whitespace: true, message: t('errors.CodeNeeded') }]}
        >
          <Input size="large" autoComplete="one-time-code" maxLength={40} autoFocus />
        </Form.Item>
        <Button type="primary" size="large" htmlType="submit" block loading={busy}>
          {t('signIn.submit')}
        </Button>
      </Form>
      <Button type="link" block onClick={onBack}>
        {t('signIn.usePassword')}
      </Button>
    </>
  );
}
