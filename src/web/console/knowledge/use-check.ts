/** A check of drafts under way: started once, watched until it ends, and what publishing it takes. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { App } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../ui/api.ts';
import { queryClient } from '../data/queries.ts';
import { errorWords } from '../kit/words.ts';
import { checkQuery, readAgain } from './queries.ts';

export type DraftRef = { id: string; locale: 'zh-CN' | 'en'; version: number };

export function useCheck(onPublished: (released: { published: unknown[] }) => void) {
  const common = useTranslation().t;
  const { message } = App.useApp();
  const [id, setId] = useState<string | null>(null);
  const onError = (error: Error) => {
    void message.error(errorWords(common, error));
    if (id) void queryClient.invalidateQueries(checkQuery(id));
  };
  const query = useQuery({ ...checkQuery(id ?? ''), enabled: id !== null });
  const start = useMutation({
    mutationFn: (drafts: DraftRef[]) => api('POST /api/v1/article-checks', { body: { drafts } }),
    onSuccess: (check) => {
      queryClient.setQueryData(checkQuery(check.id).queryKey, check);
      setId(check.id);
    },
    onError,
  });
  const publish = useMutation({
    mutationFn: (body: { note?: string; overrideReason?: string }) =>
      api('POST /api/v1/article-checks/{id}/publish', { params: { id: id ?? '' }, body }),
    onSuccess: (released) => {
      setId(null);
      readAgain();
      onPublished(released);
    },
    onError,
  });
  return { check: id === null ? undefined : query.data, start, publish, forget: () => setId(null) };
}
