/** Where the desk asks for two steps: nothing else is open until they are set up. */
import { useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../../ui/api.ts';
import { keys } from '../data/keys.ts';
import { queryClient } from '../data/queries.ts';
import { useTitle } from '../kit/title.ts';
import { Enrol } from '../profile/enrol.tsx';
import { goOn, leave } from '../state/session.ts';
import { SignInFrame } from './frame.tsx';

export function TwoFactorPage() {
  const { t } = useTranslation();
  const { next } = useSearch({ from: '/two-factor' });
  useTitle(t('twoFactor.title'));
  const done = async () => {
    queryClient.setQueryData(keys.me, await api('GET /api/v1/me'));
    goOn(next);
  };
  return (
    <SignInFrame title={t('twoFactor.title')}>
      <p className="muted">{t('twoFactor.demanded')}</p>
      <Enrol onDone={() => void done()} />
      <Button type="link" block onClick={() => void leave()}>
        {t('nav.signOut')}
      </Button>
    </SignInFrame>
  );
}
