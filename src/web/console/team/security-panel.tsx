/** Who must have two-step sign-in, as an administrator says. */
import { queryOptions, useMutation, useQuery } from '@tanstack/react-query';
import { App, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, type ResponseOf } from '../../ui/api.ts';
import { queryClient } from '../data/queries.ts';
import { errorWords } from '../kit/words.ts';

const securityQuery = queryOptions({
  queryKey: ['security'],
  queryFn: ({ signal }) => api('GET /api/v1/security', { signal }),
  staleTime: 0,
});
type Rule = ResponseOf<'GET /api/v1/security'>['twoFactorFor'];

export function SecurityPanel() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { data } = useQuery(securityQuery);
  const save = useMutation({
    mutationFn: (twoFactorFor: Rule) => api('PATCH /api/v1/security', { body: { twoFactorFor } }),
    onSuccess: (now) => {
      queryClient.setQueryData(securityQuery.queryKey, now);
      void message.success(t('act.saved'));
    },
    onError: (error) => void message.error(errorWords(t, error)),
  });
  if (!data) return null;
  return (
    <section className="panel security-panel" aria-labelledby="security-title">
      <h2 id="security-title">{t('twoFactor.rule')}</h2>
      <p className="muted">{t(data.fixed ? 'twoFactor.fixed' : 'twoFactor.ruleHint')}</p>
      <Radio.Group
        aria-labelledby="security-title"
        disabled={data.fixed || save.isPending}
        value={data.twoFactorFor}
        onChange={(event) => save.mutate(event.target.value as Rule)}
        options={[
          { value: 'nobody', label: t('twoFactor.nobody') },
          { value: 'admins', label: t('twoFactor.admins') },
          { value: 'everybody', label: t('twoFactor.everybody') },
        ]}
      />
    </section>
  );
}
