import { describe, expect, test } from 'vitest';
import { type Node, parseMarkdown, plainText, safeHref } from '../../../src/web/widget/chat/markdown.ts';

/** The tree as a short line: `<tag>` around its children, addresses in brackets. */
function outline(node: Node): string {
  if (typeof node === 'string') return node;
  const href = node.href ? `[${node.href}]` : '';
  return `<${node.tag}${href}>${node.children.map(outline).join('')}</>`;
}
const draw = (source: string): string => parseMarkdown(source).map(outline).join('');

describe('emphasis beside Chinese punctuation', () => {
  test.each([
    ['**注意：**退款…点击**“退款”**按钮', '<p><strong>注意：</>退款…点击<strong>“退款”</>按钮</>'],
    ['*注意：*请', '<p><em>注意：</>请</>'],
    ['~~删除：~~好', '<p><del>删除：</>好</>'],
    ['请**7天**内', '<p>请<strong>7天</>内</>'],
    ['***都要***', '<p><strong><em>都要</></></>'],
  ])('%s', (source, wanted) => expect(draw(source)).toBe(wanted));
});

describe('what only looks like Markdown stays text', () => {
  test.each(['3 * 4 * 5', '2*3*4', 'snake_case_name', '**', '****', '** 空 **', '价格：100*2'])('%s', (source) =>
    expect(draw(source)).toBe(`<p>${source}</>`),
  );
  test('markup is text', () => expect(draw('<img src=x onerror=alert(1)>')).toBe('<p><img src=x onerror=alert(1)></>'));
  test('escaped marks are text', () => expect(draw('\\*\\*注意\\*\\*')).toBe('<p>**注意**</>'));
});

describe('lists', () => {
  test('items stand in a list, deeper ones in a list of their own', () =>
    expect(draw('步骤：\n1. 打开\n2. 选择\n   - 甲\n   - 乙\n3. 完成')).toBe(
      '<p>步骤：</><ol><li>打开</><li>选择<ul><li>甲</><li>乙</></></><li>完成</></>',
    ));
  test('blank lines between items do not break the numbering', () =>
    expect(draw('1. 甲\n\n2. 乙')).toBe('<ol><li>甲</><li>乙</></>'));
  test('a list that begins at three says so', () =>
    expect(parseMarkdown('3. 丙')[0]).toMatchObject({ tag: 'ol', start: 3 }));
});

describe('links', () => {
  test('an address ends before Chinese punctuation', () =>
    expect(draw('见 https://a.cn/x，谢谢。')).toBe('<p>见 <a[https://a.cn/x]>https://a.cn/x</>，谢谢。</>'));
  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    '//evil.example',
    '/\\evil.example',
    'vbscript:x',
  ])('no way to %s', (href) => {
    expect(safeHref(href)).toBeNull();
    expect(draw(`[点我](${href})`)).not.toContain('<a');
  });
  test.each(['https://a.cn', 'http://a.cn', 'mailto:a@b.cn', 'tel:10086', '/help/zh-CN/x'])(
    '%s may be followed',
    (href) => expect(draw(`[看](${href})`)).toBe(`<p><a[${href}]>看</></>`),
  );
});

test('code keeps its marks and its lines', () => {
  expect(draw('运行 `a**b**` 吧')).toBe('<p>运行 <code>a**b**</> 吧</>');
  expect(draw('```\na\n  **b**\n```\n完')).toBe('<pre><code>a\n  **b**</></><p>完</>');
});

test('a hostile text of the largest size is read in time', () => {
  for (const source of [
    '*'.repeat(20_000),
    '**a'.repeat(6_000),
    '['.repeat(20_000),
    '`a'.repeat(10_000),
    '- '.repeat(10_000),
    `${' '.repeat(200)}- x\n`.repeat(90),
  ])
    expect(plainText(source).length).toBeLessThanOrEqual(20_000);
});

test('a preview has the words without the marks', () =>
  expect(plainText('**退货：**\n\n1. 打开[订单](/o)\n   - 甲\n2. 完成')).toBe('退货： 打开订单 甲 完成'));
