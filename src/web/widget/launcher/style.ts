/** Looks of the launcher, as a table by class name: a constructed sheet where the browser has it, else element styles. */

type Look = { side: 'left' | 'right'; colour: string; ink: string };

const FONT = 'system-ui,-apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif';
const SHADOW = 'box-shadow:0 6px 24px rgba(16,24,40,.22)';

function rulesOf({ side, colour, ink }: Look): Record<string, string> {
  const edge = `${side}:calc(20px + env(safe-area-inset-${side},0px))`;
  return {
    launch: `position:fixed;bottom:calc(20px + env(safe-area-inset-bottom,0px));${edge};width:60px;height:60px;padding:0;border:0;border-radius:50%;background:${colour};color:${ink};cursor:pointer;display:grid;place-items:center;${SHADOW};transition:transform .15s;-webkit-tap-highlight-color:transparent`,
    badge: `position:absolute;top:-4px;right:-4px;box-sizing:border-box;min-width:22px;height:22px;padding:0 6px;border:2px solid #fff;border-radius:11px;background:#c02b2b;color:#fff;font:600 12px/18px ${FONT};text-align:center`,
    preview: `position:fixed;bottom:calc(92px + env(safe-area-inset-bottom,0px));${edge};box-sizing:border-box;max-width:min(300px,calc(100vw - 40px));display:flex;align-items:flex-start;border-radius:14px;background:#fff;color:#1b1f24;${SHADOW}`,
    words: `border:0;background:none;margin:0;padding:12px 0 12px 14px;color:inherit;font:14px/1.5 ${FONT};text-align:start;overflow-wrap:anywhere;cursor:pointer;border-radius:14px`,
    dismiss: `border:0;background:none;flex:none;width:44px;height:44px;padding:0;color:#5b6470;font:20px/44px ${FONT};cursor:pointer;border-radius:14px`,
    panel: `position:fixed;box-sizing:border-box;overflow:hidden;background:#fff;color:#1b1f24;visibility:hidden;opacity:0;transform:translateY(12px);transition:opacity .16s,transform .16s,visibility .16s;${SHADOW}`,
    notice: `position:absolute;top:0;left:0;right:0;bottom:0;display:grid;place-content:center;gap:16px;padding:24px;text-align:center;background:inherit;color:inherit;font:15px/1.6 ${FONT}`,
    link: `display:inline-block;padding:11px 18px;border-radius:22px;background:${colour};color:${ink};font:inherit;text-decoration:none`,
    quit: `border:0;background:none;justify-self:center;min-width:88px;height:44px;color:inherit;font:15px/1 ${FONT};text-decoration:underline;cursor:pointer`,
  };
}

const EXTRA = `
.launch:hover{transform:scale(1.06)}
:focus-visible{outline:3px solid #fff;outline-offset:0;box-shadow:0 0 0 6px #1b1f24}
@media(prefers-color-scheme:dark){.panel,.preview{background:#1f2327;color:#e8eaed}.dismiss{color:#a0a8b0}}
@media(prefers-reduced-motion:reduce){.launch,.panel{transition:none}}
@media print{.launch,.panel,.preview{display:none}}`;

export type Make = <K extends keyof HTMLElementTagNameMap>(tag: K, look: string) => HTMLElementTagNameMap[K];

/** Dresses the root and gives a maker of elements that wear the looks. Host rules and host CSP can't undo it. */
export function dress(root: ShadowRoot, look: Look): Make {
  const rules = rulesOf(look);
  let sheet: CSSStyleSheet | null = null;
  try {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(
      Object.keys(rules)
        .map((name) => `.${name}{${rules[name]}}`)
        .join('') + EXTRA,
    );
    root.adoptedStyleSheets = [sheet];
  } catch {
    sheet = null;
  }
  return (tag, name) => {
    const element = document.createElement(tag);
    element.className = name;
    if (!sheet) element.style.cssText = rules[name] ?? '';
    return element;
  };
}
