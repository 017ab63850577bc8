/** The tab's title: the page, and in front of it how much waits. */
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { create } from 'zustand';

const useTitleState = create<{ page: string; waiting: number }>(() => ({ page: '', waiting: 0 }));

export function useTitle(page: string): void {
  useEffect(() => useTitleState.setState({ page }), [page]);
}

/** Used once, by the shell. */
export function useWaitingInTitle(waiting: number): void {
  useEffect(() => {
    useTitleState.setState({ waiting });
    return () => useTitleState.setState({ waiting: 0 });
  }, [waiting]);
}

/** Used once, at the root: writes the title. */
export function TitleWriter() {
  const { t } = useTranslation();
  const { page, waiting } = useTitleState();
  const name = t('app.name');
  useEffect(() => {
    document.title = `${waiting > 0 ? `(${waiting}) ` : ''}${page === '' ? name : `${page} · ${name}`}`;
  }, [page, waiting, name]);
  return null;
}
