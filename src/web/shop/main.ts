/** The demo shop in two languages; its questions go to the chat through the public API, like any shop's would. */
import en from './texts.en.json' with { type: 'json' };
import zh from './texts.zh-CN.json' with { type: 'json' };
import './style.css';

type Zhike = { push(call: [method: string, ...rest: unknown[]]): unknown };
const page = window as unknown as { Zhike?: Zhike };
const english = document.documentElement.lang === 'en';
const texts: Record<string, string> = english ? en : zh;

document.title = texts.title ?? '';
for (const element of document.querySelectorAll<HTMLElement>('[data-t]')) {
  const words = texts[element.dataset.t ?? ''];
  if (words !== undefined && words !== element.textContent) element.textContent = words;
}
for (const element of document.querySelectorAll<HTMLElement>('[data-t-label]'))
  element.setAttribute('aria-label', texts[element.dataset.tLabel ?? ''] ?? '');
for (const link of document.querySelectorAll<HTMLAnchorElement>('[hreflang]'))
  if (link.hreflang === document.documentElement.lang) link.setAttribute('aria-current', 'true');
// The demo mailbox is there for this very machine only.
if (/^(localhost|127\.0\.0\.1|\[::1\])$/.test(location.hostname))
  for (const link of document.querySelectorAll<HTMLElement>('[data-at-home]')) link.hidden = false;
const price = new Intl.NumberFormat(english ? 'en' : 'zh-CN', {
  style: 'currency',
  currency: 'CNY',
  maximumFractionDigits: 0,
});
for (const element of document.querySelectorAll<HTMLElement>('[data-price]'))
  element.textContent = price.format(Number(element.dataset.price));

// A plain array before the widget is there, the widget afterwards: both take calls by `push`.
function callChat(...call: [method: string, ...rest: unknown[]]): void {
  page.Zhike ??= [] as unknown as Zhike;
  page.Zhike.push(call);
}
document.addEventListener('click', ({ target }) => {
  const button = target instanceof Element ? target.closest<HTMLElement>('[data-ask]') : null;
  if (button) callChat('send', button.dataset.ask || button.textContent?.trim());
});
