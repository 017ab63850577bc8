/** Times as people read them, in the page's language and the browser's zone. */
const cache = new Map<string, Intl.DateTimeFormat>();
function formatter(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale}${JSON.stringify(options)}`;
  const known = cache.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale, { hourCycle: 'h23', ...options });
  cache.set(key, made);
  return made;
}

/** 14:05 */
export function clockTime(iso: string, locale: string): string {
  return formatter(locale, { hour: '2-digit', minute: '2-digit' }).format(new Date(iso));
}

/** 2026年11月22日 14:05 */
export function fullTime(iso: string, locale: string): string {
  return formatter(locale, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }).format(new Date(iso));
}

/** 11月22日 星期日; with the year when it is not this one. */
export function dayName(iso: string, locale: string): string {
  const date = new Date(iso);
  const year = date.getFullYear() === new Date().getFullYear() ? {} : ({ year: 'numeric' } as const);
  return formatter(locale, { month: 'long', day: 'numeric', weekday: 'long', ...year }).format(date);
}

/** The local calendar day, for comparing. */
export function dayKey(iso: string): string {
  const date = new Date(iso);
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}

/** In a list: the time today, the date before. */
export function shortTime(iso: string, locale: string): string {
  if (dayKey(iso) === dayKey(new Date().toISOString())) return clockTime(iso, locale);
  return formatter(locale, { month: 'numeric', day: 'numeric' }).format(new Date(iso));
}

/** 0:07, 12:05, 3:12:05 */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
