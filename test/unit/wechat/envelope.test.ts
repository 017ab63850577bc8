import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBody, type EnvelopeReason, parseEnvelope } from '../../../src/channels/wechat/envelope.ts';
import { buildReply, cdata } from '../../../src/channels/wechat/passive.ts';

const refusal = (body: string): string => {
  try {
    parseEnvelope(body);
    return 'accepted';
  } catch (error) {
    return error instanceof Error && 'reason' in error ? String(error.reason) : `crashed: ${error}`;
  }
};
const xml = (inner: string) => `<xml>${inner}</xml>`;

describe('reading', () => {
  test('keeps every field the string it was: digits, zeros, blanks, entities', () => {
    const { fields, format } = parseEnvelope(
      '<xml>\n <MsgId>4561255354251345929</MsgId>\n <bizmsgmenuid>0101</bizmsgmenuid><Content><![CDATA[ 007 ]]></Content>' +
        '<a>1e5</a><b>true</b><Title>&lt;b&gt; &#65;</Title><Recognition/><Label></Label></xml>',
    );
    expect(format).toBe('xml');
    expect({ ...fields }).toEqual({
      MsgId: '4561255354251345929',
      bizmsgmenuid: '0101',
      Content: ' 007 ',
      a: '1e5',
      b: 'true',
      Title: '&lt;b&gt; &#65;',
      Recognition: '',
      Label: '',
    });
  });
  test('keeps all digits of numbers in JSON, and names true and null', () => {
    const { fields, format } = parseEnvelope(
      ' {"MsgId":4561255354251345929,"Location_X":23.1340,"Ok":true,"None":null,"Text":"007","List":[{"A":1}]}',
    );
    expect(format).toBe('json');
    expect({ ...fields }).toEqual({
      MsgId: '4561255354251345929',
      Location_X: '23.1340',
      Ok: 'true',
      None: '',
      Text: '007',
      'List.0.A': '1',
    });
  });
  test('flattens what is nested, one item or many', () => {
    const item = (sum: string) => `<item><PicMd5Sum><![CDATA[${sum}]]></PicMd5Sum></item>`;
    const pictures = (items: string) =>
      xml(`<SendPicsInfo><Count>2</Count>\n<PicList>${items}</PicList>\n</SendPicsInfo>`);
    expect({ ...parseEnvelope(pictures(item('a'))).fields }).toEqual({
      'SendPicsInfo.Count': '2',
      'SendPicsInfo.PicList.item.0.PicMd5Sum': 'a',
    });
    expect(parseEnvelope(pictures(item('a') + item('b'))).fields['SendPicsInfo.PicList.item.1.PicMd5Sum']).toBe('b');
  });
  test('takes whatever a customer types inside CDATA', () => {
    for (const typed of ['<!-- hi -->', '<!DOCTYPE x>', '<a><b></a>', '&amp;', '?>', '{}', '</xml>', '<'.repeat(2_000)])
      expect(parseEnvelope(xml(`<Content>${cdata(typed)}</Content>`)).fields.Content, typed.slice(0, 20)).toBe(typed);
  });
  test('reads any text that it wrote', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 500 }),
        fc.constantFrom('xml', 'json'),
        (content, format) => {
          const direction = { to: 'oUser', from: 'gh_us', at: new Date(1_714_112_445_678) };
          const read = parseEnvelope(buildReply({ type: 'text', content }, direction, format)).fields;
          expect(read).toMatchObject({ ToUserName: 'oUser', FromUserName: 'gh_us', CreateTime: '1714112445' });
          // biome-ignore lint/suspicious/noControlCharactersInRegex: what XML forbids is not written
          const legal = content.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
          expect(read.Content?.replace(/\r\n?/g, '\n')).toBe(legal.replace(/\r\n?/g, '\n'));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('refused', () => {
  const cases: [string, string, EnvelopeReason][] = [
    ['a DTD', `<!DOCTYPE xml [<!ENTITY a "b">]>${xml('<Content>&a;</Content>')}`, 'declaration'],
    ['a DTD after a CDATA', xml('<A><![CDATA[x]]></A><!DOCTYPE y><B>1</B>'), 'declaration'],
    ['a comment', xml('<A>1</A><!-- x -->'), 'declaration'],
    ['an instruction', `<?xml version="1.0"?>${xml('<A>1</A>')}`, 'declaration'],
    ['a repeated tag', xml('<FromUserName>a</FromUserName><FromUserName>b</FromUserName>'), 'repeated-tag'],
    ['two roots', `${xml('<A>1</A>')}<xml><A>2</A></xml>`, 'malformed'],
    ['another root', '<XML><A>1</A></XML>', 'malformed'],
    ['an unclosed tag', '<xml><A>1</xml>', 'malformed'],
    ['an unclosed CDATA', xml('<A><![CDATA[x</A>'), 'malformed'],
    ['text around', `x${xml('<A>1</A>')}`, 'malformed'],
    ['a name of the language', xml('<__proto__>1</__proto__>'), 'malformed'],
    ['a name with a dot', xml('<A.B>1</A.B>'), 'malformed'],
    ['no body', '', 'malformed'],
    ['an array', '[1]', 'malformed'],
    ['broken JSON', '{"a":', 'malformed'],
    ['a prototype in JSON', '{"a":{"b.c":"1"}}', 'malformed'],
    ['a deep tree', `${'{"a":'.repeat(20)}1${'}'.repeat(20)}`, 'malformed'],
    ['an abyss', `{"a":${'['.repeat(60_000)}${']'.repeat(60_000)}}`, 'malformed'],
    ['many tags', xml('<a/>'.repeat(500)), 'malformed'],
    ['too many characters', xml(`<A>${'x'.repeat(140_000)}</A>`), 'too-large'],
  ];
  test.each(cases)('%s', (_name, body, reason) => {
    expect(refusal(body)).toBe(reason);
  });
  test('bytes that are no UTF-8, or too many', () => {
    expect(() => decodeBody(Buffer.from([0x3c, 0xff, 0x3e]))).toThrow(expect.objectContaining({ reason: 'not-utf8' }));
    expect(() => decodeBody(Buffer.alloc(200_000, 0x20))).toThrow(expect.objectContaining({ reason: 'too-large' }));
  });
  test('__proto__ in JSON is a field like any other and touches nothing', () => {
    const { fields } = parseEnvelope('{"__proto__":{"polluted":"yes"},"A":"1"}');
    expect(fields.A).toBe('1');
    expect(Object.prototype).not.toHaveProperty('polluted');
  });
  test('bombs, each within a second', () => {
    const bombs = [
      '<![CDATA['.repeat(12_000),
      xml(`<A>${'&#65;'.repeat(20_000)}</A>`),
      '<a>'.repeat(40_000),
      xml(`<A${' b'.repeat(40_000)}>1</A>`),
      xml('<![CDATA[]]>'.repeat(390)),
      `<xml>${'<'.repeat(60_000)}`,
      `{"a":"${'\\u0041'.repeat(20_000)}"}`,
    ];
    for (const bomb of bombs) {
      const since = performance.now();
      refusal(bomb);
      expect(performance.now() - since, bomb.slice(0, 20)).toBeLessThan(1_000);
    }
  });
});
