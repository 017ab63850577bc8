/** Markdown of answers: right in Chinese, harmless whatever it says. */
import { expect, test } from 'vitest';
import { markdownToHtml } from '../../../src/web/ui/markdown.ts';

test('bold ends after Chinese punctuation', () => {
  const html = markdownToHtml('**注意：**退款原路退回，点击**“退款”**按钮');
  expect(html).toContain('<strong>注意：</strong>退款原路退回，点击<strong>“退款”</strong>按钮');
});

test('markup and foreign schemes stay text, an image is a link that nobody follows by looking', () => {
  const html = markdownToHtml(
    '<img src=x onerror=alert(1)> ![x](https://evil.test/p.png) [a](javascript:alert(1)) [b](data:text/html,x) [c](//evil.test)',
  );
  expect(html).not.toContain('<img');
  expect([...html.matchAll(/href="([^"]*)"/g)].map(([, url]) => url)).toEqual(['https://evil.test/p.png']);
});

test('a link opens outside and tells the other side nothing', () => {
  expect(markdownToHtml('[政策](/help/zh-CN/a)')).toContain(
    '<a href="/help/zh-CN/a" target="_blank" rel="noopener noreferrer nofollow">政策</a>',
  );
});
