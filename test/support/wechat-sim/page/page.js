/** A customer's phone and what WeChat sees behind it; the state is read again whenever the simulator hints at a change. */
import { TEXTS } from './texts.js';

const $ = (id) => document.getElementById(id);
const remembered = (key, fallback) => localStorage.getItem(`sim.${key}`) ?? fallback;
let locale = remembered('locale', navigator.language.startsWith('zh') ? 'zh-CN' : 'en');
let openid = remembered('openid', 'oCustomerA');
let state = null;
let shown = '';

const t = (key, params = {}) => TEXTS[locale][key].replace(/\{(\w+)\}/g, (_, name) => params[name] ?? '');

function make(tag, props = {}, ...children) {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
}

async function act(name, given = {}) {
  const response = await fetch('/sim/act', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ act: name, openid, ...given }),
  });
  if (!response.ok) throw new Error(await response.text());
}

/** Texts of WeChat know one tag: links, also those that say something for the customer. */
function richText(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(/<a\s+href="([^"]*)"[^>]*>([^<]*)<\/a>|(https?:\/\/[^\s<>"，。；）]+)/g)) {
    nodes.push(text.slice(from, match.index));
    nodes.push(linkNode(match[1] ?? match[3], match[2] ?? match[3]));
    from = match.index + match[0].length;
  }
  return [...nodes, text.slice(from)];
}

function linkNode(href, label) {
  if (href.startsWith('weixin://bizmsgmenu?')) {
    const query = new URLSearchParams(href.split('?')[1]);
    const item = { content: query.get('msgmenucontent') ?? label, id: query.get('msgmenuid') ?? '' };
    return make('button', { type: 'button', className: 'tap', onclick: () => act('tap-link', item) }, label);
  }
  return /^https?:/.test(href) ? make('a', { href, target: '_blank', rel: 'noopener' }, label) : label;
}

function content(entry, isLastMenu) {
  const { type, text, content: given } = entry;
  const media = given.media_id;
  if (type === 'image' && media)
    return [make('img', { src: `/sim/media/${encodeURIComponent(media)}`, alt: text || t('image') })];
  if (type === 'voice') return [`🔊 ${text || t('voiceNoText')}`];
  if (type === 'location') return [`📍 ${text}`];
  if (type === 'news') return articleNodes(given.articles?.[0]);
  if (type === 'msgmenu') return menuNodes(entry, isLastMenu);
  return richText(text);
}

function articleNodes(article) {
  if (!article) return [];
  const picture = article.picurl?.startsWith('/') ? [make('img', { src: article.picurl, alt: '' })] : [];
  const lines = [make('strong', {}, article.title), make('div', {}, article.description ?? '')];
  return [...picture, ...lines, linkNode(article.url, t('article'))];
}

function menuNodes({ text, content: { list = [], tail_content: tail } }, isLast) {
  const buttons = list.map(({ content: label, id }, index) =>
    make(
      'button',
      { type: 'button', onclick: () => (isLast ? act('msgmenu', { index }) : act('tap-link', { content: label, id })) },
      label,
    ),
  );
  return [...richText(text), make('div', { className: 'options' }, ...buttons), ...(tail ? richText(tail) : [])];
}

const NOTICES = { follow: 'nowFollowing', unfollow: 'nowNotFollowing' };

function bubble(entry, isLastMenu) {
  const { from, via, type, text, ai } = entry;
  if (from === 'notice') return make('li', { className: `notice ${type}` }, text || t(NOTICES[type] ?? 'none'));
  const note = ai ? t('ai') : via === 'template' || via === 'subscribe' ? t('viaTemplate') : '';
  return make(
    'li',
    { className: from },
    make('div', { className: 'bubble' }, ...content(entry, isLastMenu)),
    ...(note ? [make('div', { className: 'note' }, note)] : []),
  );
}

function drawLog() {
  const entries = state.customer?.transcript ?? [];
  const key = `${locale}${openid}${entries.at(-1)?.id ?? ''}${entries.length}`;
  if (key === shown) return;
  shown = key;
  const last = entries.findLast(({ type, from }) => type === 'msgmenu' && from === 'account');
  const items = entries.map((entry) => bubble(entry, entry === last));
  $('log').replaceChildren(...(items.length > 0 ? items : [make('li', { className: 'notice' }, t('empty'))]));
  $('log').scrollTop = $('log').scrollHeight;
}

function drawBar() {
  const { account, customer } = state;
  $('account').textContent = account.name;
  const following = customer?.subscribed ?? false;
  $('typing').textContent = customer?.typing ? t('typing') : following ? '' : t('notFollowing');
  $('follow').textContent = t(following ? 'unfollow' : 'follow');
  const names = [...new Set([...state.customers, openid])];
  const options = names.map((name) =>
    make('option', { value: name, selected: name === openid }, name.replace(/^o/, '')),
  );
  const key = JSON.stringify([names, openid, locale]);
  if ($('customer').dataset.key !== key) {
    $('customer').replaceChildren(...options, make('option', { value: '' }, t('newCustomer')));
    $('customer').dataset.key = key;
  }
}

function leaf({ name, type, key, url }) {
  const onclick = () => (type === 'click' ? act('menu', { key }) : view(url));
  return make('button', { type: 'button', onclick }, name);
}

function view(url) {
  act('view', { url });
  if (/^https?:/.test(url)) window.open(url, '_blank', 'noopener');
}

function drawMenu() {
  const buttons = state.menu?.button ?? [];
  const key = JSON.stringify(buttons);
  if ($('menu').dataset.key === key) return;
  $('menu').dataset.key = key;
  $('menu').replaceChildren(
    ...buttons.map((button) =>
      button.sub_button?.length > 0
        ? make(
            'details',
            { name: 'menu' },
            make('summary', {}, button.name),
            make('div', {}, ...button.sub_button.map(leaf)),
          )
        : leaf(button),
    ),
  );
}

const TRIGGERS = { message: 'message', menu: 'menu', follow: 'followed', scan: 'scanned', enter: 'enter' };

function timeLeft(ms) {
  const minutes = Math.floor(ms / 60_000);
  return minutes >= 60
    ? `${Math.floor(minutes / 60)} h`
    : minutes > 0
      ? `${minutes} min`
      : `${Math.ceil(ms / 1_000)} s`;
}

function drawQuota() {
  const { customer, now } = state;
  const buckets = customer?.buckets ?? [];
  const left = customer?.quotaLeft ?? 0;
  const details = buckets.map(({ trigger, limit, used, expiresAt }) =>
    make(
      'div',
      {},
      t('bucket', { trigger: t(TRIGGERS[trigger]), left: limit - used, limit, time: timeLeft(expiresAt - now) }),
    ),
  );
  $('quota').replaceChildren(
    make('strong', {}, buckets.length > 0 ? t('quotaLine', { left }) : t('noWindow')),
    ...details,
  );
}

function drawFaults() {
  const on = new Set(state.faults.map(({ fault }) => fault));
  const key = JSON.stringify([[...on], locale]);
  if ($('faults').dataset.key === key) return;
  $('faults').dataset.key = key;
  $('faults').replaceChildren(
    ...state.faultNames.map((fault) => {
      const onchange = ({ target }) => act('fault', { fault, left: target.checked ? 1_000_000 : 0 });
      return make(
        'label',
        {},
        make('input', { type: 'checkbox', checked: on.has(fault), onchange }),
        TEXTS[locale].fault[fault],
      );
    }),
  );
}

const clock = (at) => new Date(at).toLocaleTimeString(locale, { hour12: false });

function rows(list) {
  return list.length > 0 ? list : [make('tr', {}, make('td', {}, t('none')))];
}

function drawTables() {
  const pushes = state.deliveries.map(({ at, key, attempt, ms, status, outcome }) => {
    const bad = outcome !== 'success' && outcome !== 'reply';
    return make(
      'tr',
      {},
      make('td', {}, clock(at)),
      make('td', { className: 'words' }, key),
      make('td', {}, `#${attempt}`),
      make('td', {}, `${ms} ms`),
      make(
        'td',
        { className: bad ? 'bad' : '' },
        `${TEXTS[locale].outcome[outcome]}${status && bad ? ` ${status}` : ''}`,
      ),
    );
  });
  const calls = state.apiCalls.map(({ at, path, errcode, errmsg }) =>
    make(
      'tr',
      {},
      make('td', {}, clock(at)),
      make('td', { className: 'words' }, path.replace('/cgi-bin/', '')),
      make(
        'td',
        { className: errcode === 0 ? '' : 'bad words' },
        errcode === 0 ? 'ok' : `${errcode} ${errmsg.split(' rid:')[0]}`,
      ),
    ),
  );
  $('pushes').replaceChildren(...rows(pushes));
  $('calls').replaceChildren(...rows(calls));
}

function draw() {
  if (!state) return;
  drawBar();
  drawLog();
  drawMenu();
  drawQuota();
  drawFaults();
  drawTables();
}

function drawWords() {
  document.documentElement.lang = locale;
  document.title = t('title');
  for (const node of document.querySelectorAll('[data-t]')) node.textContent = t(node.dataset.t);
  $('language').textContent = t('language');
  $('words').placeholder = t('placeholder');
  $('words').setAttribute('aria-label', t('placeholder'));
  $('more').setAttribute('aria-label', t('more'));
  $('log').setAttribute('aria-label', t('title'));
}

let reading = null;
async function read() {
  if (reading) return;
  reading = fetch(`/sim/state?openid=${encodeURIComponent(openid)}`)
    .then((response) => response.json())
    .then((next) => {
      state = next;
      draw();
    })
    .catch(() => {
      $('typing').textContent = t('lost');
    })
    .finally(() => {
      reading = null;
    });
}

function choose(next) {
  openid = next || `oCustomer${String.fromCharCode(65 + ((state?.customers.length ?? 0) % 26))}${Date.now() % 1000}`;
  localStorage.setItem('sim.openid', openid);
  shown = '';
  read();
}

/** A picture for those who have none at hand. */
function sendFile(file) {
  const reader = new FileReader();
  reader.onload = () => {
    const base64 = String(reader.result).split(',')[1];
    act('image', { filename: file.name, contentType: file.type, base64 });
  };
  reader.readAsDataURL(file);
}

const TRAY = {
  image: () => $('file').click(),
  voice: () => {
    const words = $('words').value.trim();
    $('words').value = '';
    return act('voice', words ? { recognition: words } : {});
  },
  location: () => act('location', { latitude: 23.134521, longitude: 113.358803, label: '广州市海珠区新港中路397号' }),
  link: () => act('link', { title: '春季外套', description: '¥299', url: 'https://shop.example/p/1' }),
  scan: () => act('scan', { scene: 'store-1' }),
  follow: () => act(state?.customer?.subscribed ? 'unfollow' : 'follow'),
  'drop-window': () => act('drop-window'),
};

$('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  const text = $('words').value.trim();
  if (text === '') return;
  $('words').value = '';
  act('say', { text });
});
for (const button of document.querySelectorAll('[data-do]'))
  button.addEventListener('click', () => TRAY[button.dataset.do]());
$('file').addEventListener('change', ({ target }) => {
  const [file] = target.files;
  if (file) sendFile(file);
  target.value = '';
});
$('more').addEventListener('click', () => {
  const open = $('tray').hidden;
  $('tray').hidden = !open;
  $('more').setAttribute('aria-expanded', String(open));
});
$('customer').addEventListener('change', ({ target }) => choose(target.value));
$('language').addEventListener('click', () => {
  locale = locale === 'zh-CN' ? 'en' : 'zh-CN';
  localStorage.setItem('sim.locale', locale);
  drawWords();
  draw();
});
drawWords();
new EventSource('/sim/events').onmessage = read;
setInterval(read, 5_000);
