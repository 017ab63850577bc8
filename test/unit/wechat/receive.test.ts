/** What WeChat pushes, as the house understands it: each kind of message and event, its key, its grant. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MessageFields } from '../../../src/channels/wechat/callback.ts';
import { choicesOf } from '../../../src/channels/wechat/choices.ts';
import { type Offered, receive } from '../../../src/channels/wechat/receive.ts';

const NOW = new Date('2026-05-01T08:00:10.000Z');
const SECONDS = Math.floor(NOW.getTime() / 1_000) - 10;
const NOTHING: Offered = { latest: [], earlier: [] };

function pushed(fields: Record<string, string>, given: Partial<Parameters<typeof receive>[1]> = {}) {
  const envelope = { ToUserName: 'gh_us', FromUserName: 'oA', CreateTime: String(SECONDS) };
  return receive({ ...envelope, MsgType: 'text', ...fields } as MessageFields, {
    inboxId: 'inbox',
    kind: 'service',
    now: NOW,
    newId: () => 'file-1',
    offered: NOTHING,
    pulls: false,
    ...given,
  });
}
function inbound(fields: Record<string, string>, given: Partial<Parameters<typeof receive>[1]> = {}) {
  const received = pushed(fields, given);
  if (received.kind !== 'inbound') throw new Error(received.kind);
  return received;
}
const event = (Event: string, fields: Record<string, string> = {}) => ({ MsgType: 'event', Event, ...fields });

describe('a message', () => {
  it('is kept under the customer and MsgId, since MsgId alone was seen equal for two customers', () => {
    const [a, b] = ['oA', 'oB'].map((FromUserName) =>
      inbound({ FromUserName, MsgId: '9007199254740993', Content: '007' }),
    );
    expect(a?.inbound).toMatchObject({
      externalKey: 'm:oA:9007199254740993',
      body: { text: '007' },
      author: 'customer',
    });
    expect(b?.inbound.externalKey).not.toBe(a?.inbound.externalKey);
  });

  it('grants five messages for 48 hours, counted from when it was written', () => {
    const { grant } = inbound({ MsgId: '1', Content: '在吗' }).inbound;
    const grantedAt = new Date(SECONDS * 1_000);
    const expiresAt = new Date(grantedAt.getTime() + 48 * 3_600_000);
    expect(grant).toEqual({ trigger: 'message', quota: 5, grantedAt, expiresAt });
    const ahead = inbound({ MsgId: '1', CreateTime: String(SECONDS + 900) }).inbound.grant;
    expect(ahead?.grantedAt).toEqual(NOW);
    expect(inbound({ MsgId: '1' }, { kind: 'unverified' }).inbound.grant).toBeUndefined();
  });

  it('brings its file under an id that is known before the file is', () => {
    const { inbound: image } = inbound({ MsgType: 'image', MsgId: '1', MediaId: 'm1', PicUrl: 'http://mmbiz.test/1' });
    expect(image.body.attachments).toEqual([
      { contentType: 'image/jpeg', name: 'image.jpg', contentUrl: 'urn:zhike:file:file-1' },
    ]);
    expect(image.files).toEqual([
      {
        fileId: 'file-1',
        source: { kind: 'image', mediaId: 'm1', url: 'http://mmbiz.test/1' },
        expiresAt: new Date((SECONDS + 72 * 3_600) * 1_000),
      },
    ]);
    const { inbound: voice } = inbound({
      MsgType: 'voice',
      MsgId: '2',
      MediaId: 'm2',
      Format: 'amr',
      Recognition: '怎么退货',
    });
    expect(voice.body).toMatchObject({ text: '怎么退货', attachments: [{ contentType: 'audio/amr' }] });
    expect(inbound({ MsgType: 'shortvideo', MsgId: '3', MediaId: 'm3' }).inbound.files).toHaveLength(1);
  });

  it('of a kind that nobody knows yet is kept and never an error', () => {
    fc.assert(
      fc.property(fc.string(), fc.dictionary(fc.string(), fc.string()), (kind, fields) => {
        const received = pushed({ ...fields, MsgType: kind || 'x', FromUserName: 'oA', CreateTime: '1' });
        expect(['inbound', 'nothing', 'location']).toContain(received.kind);
      }),
    );
  });

  it('shows a link only when it leads to the web', () => {
    const link = (Url: string) =>
      inbound({ MsgType: 'link', MsgId: '1', Title: '商品', Url }).inbound.body.attachments?.[0];
    expect(link('https://shop.test/1')).toMatchObject({ name: '商品', contentUrl: 'https://shop.test/1' });
    expect(link('javascript:alert(1)')).not.toHaveProperty('contentUrl');
  });
});

describe('a choice that was offered', () => {
  const offered = (seq: number) =>
    choicesOf(
      [
        { type: 'postBack', title: '退货', value: '怎么退货？' },
        { type: 'imBack', title: '换货', value: '换货' },
      ],
      seq,
    );

  it('is understood from a tap, a number and its words, and a tap grants three messages for a minute', () => {
    const now: Offered = { latest: offered(7), earlier: [] };
    const tapped = inbound({ MsgId: '1', Content: '退货', bizmsgmenuid: '701' }, { offered: now }).inbound;
    expect(tapped).toMatchObject({
      body: { text: '怎么退货？', channelData: { said: '退货' } },
      grant: { trigger: 'click', quota: 3 },
    });
    expect(inbound({ MsgId: '2', Content: '１' }, { offered: now }).inbound.body.text).toBe('怎么退货？');
    expect(inbound({ MsgId: '3', Content: '2' }, { offered: now }).inbound.body).toEqual({
      type: 'message',
      text: '换货',
      channelData: { said: '2' },
    });
  });

  it('can still be tapped when something else was said since, but a number means nothing any more', () => {
    const later: Offered = { latest: [], earlier: offered(7) };
    expect(inbound({ MsgId: '1', Content: '退货', bizmsgmenuid: '701' }, { offered: later }).inbound.body.text).toBe(
      '怎么退货？',
    );
    expect(inbound({ MsgId: '2', Content: '1' }, { offered: later }).inbound.body.text).toBe('1');
    expect(inbound({ MsgId: '3', Content: '退货', bizmsgmenuid: 'forged' }, { offered: later }).inbound.body.text).toBe(
      '退货',
    );
  });
});

describe('an event', () => {
  it('is kept under time, name and key, since it has no MsgId', () => {
    expect(inbound(event('subscribe', { EventKey: 'qrscene_42' })).inbound).toMatchObject({
      externalKey: `e:oA:${SECONDS}:subscribe:qrscene_42`,
      author: 'system',
      body: { name: 'conversation.start', value: { scene: '42' } },
      grant: { trigger: 'follow', quota: 3 },
    });
  });

  it.each([
    ['CLICK', 'click'],
    ['scancode_waitmsg', 'click'],
    ['SCAN', 'scan'],
    ['VIEW', undefined],
    ['unsubscribe', undefined],
    ['user_enter_tempsession', undefined],
  ])('%s grants what Tencent’s table says', (name, trigger) => {
    expect(inbound(event(name, { EventKey: '怎么退货？' })).inbound.grant?.trigger).toBe(trigger);
  });

  it('of a menu button is as if the customer had asked', () => {
    expect(inbound(event('CLICK', { EventKey: '怎么退货？' })).inbound).toMatchObject({
      author: 'customer',
      body: { type: 'message', text: '怎么退货？' },
    });
  });

  it('says what else must happen, and whose location it is', () => {
    expect(inbound(event('unsubscribe')).effect).toBe('left');
    expect(inbound(event('user_authorization_revoke')).effect).toBe('revoked');
    expect(pushed(event('LOCATION', { Latitude: '31.2', Longitude: '121.4', Precision: '10' }))).toEqual({
      kind: 'location',
      address: 'oA',
      at: { latitude: '31.2', longitude: '121.4', precision: '10' },
    });
    expect(pushed(event('weapp_audit_success'))).toEqual({ kind: 'nothing', what: 'weapp_audit_success' });
  });

  it('of entering a Mini Program’s chat grants two messages for a minute', () => {
    expect(inbound(event('user_enter_tempsession'), { kind: 'miniprogram' }).inbound.grant).toMatchObject({
      trigger: 'enter',
      quota: 2,
    });
  });
});
