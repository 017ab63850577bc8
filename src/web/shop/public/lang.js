// Before anything is drawn: the page's language, which the chat follows.
document.documentElement.lang = (/[?&]lang=(zh|en)/.exec(location.search) || [0, navigator.language])[1].startsWith(
  'zh',
)
  ? 'zh-CN'
  : 'en';
