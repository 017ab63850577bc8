/** The eye in a password field, with a name for those who cannot see it. */
import type { TFunction } from 'i18next';

export function visibilityIcon(t: TFunction) {
  return (shown: boolean) => (
    <button
      type="button"
      className="link reveal"
      aria-label={t(shown ? 'signIn.hide' : 'signIn.show')}
      title={t(shown ? 'signIn.hide' : 'signIn.show')}
    >
      <svg className="icon" width="18" height="18" viewBox="0 0 24 24" aria-hidden="true">
        <path
          d={`M2 12c2.5-4.5 5.9-7 10-7s7.5 2.5 10 7c-2.5 4.5-5.9 7-10 7s-7.5-2.5-10-7zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z${shown ? 'M4 20 20 4' : ''}`}
          fill="none"
          stroke="currentColor"
          strokeWidth="1.8"
        />
      </svg>
    </button>
  );
}
