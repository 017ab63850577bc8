/** The five views with their live counts. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { View } from '../../../contract/shapes.ts';
import { countsQuery } from '../data/queries.ts';

const ORDER: readonly View[] = ['waiting', 'mine', 'bot', 'all', 'resolved'];

export function ViewTabs({ view }: { view: View }) {
  const { t } = useTranslation();
  const { data: counts } = useQuery(countsQuery);
  return (
    <nav className="views" aria-label={t('views.label')}>
      {ORDER.map((one) => (
        <Link
          key={one}
          className="view"
          to="/inbox/$view/{-$conversationId}"
          params={{ view: one }}
          data-view={one}
          {...(one === view ? { 'aria-current': 'page' as const } : {})}
        >
          <b>{counts ? (counts[one] > 999 ? '999+' : counts[one]) : '–'}</b>
          <span>{t(`views.${one}`)}</span>
        </Link>
      ))}
    </nav>
  );
}
