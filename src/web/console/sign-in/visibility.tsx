/** The eye in a password field; the field itself names the button around it. */
export function visibilityIcon(shown: boolean) {
  const eye =
    'M2 12c2.5-4.5 5.9-7 10-7s7.5 2.5 10 7c-2.5 4.5-5.9 7-10 7s-7.5-2.5-10-7zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z';
  return (
    <svg className="icon" width="18" height="18" viewBox="0 0 24 24" aria-hidden="true">
      <path d={shown ? `${eye}M4 20 20 4` : eye} fill="none" stroke="currentColor" strokeWidth="1.8" />
    </svg>
  );
}
