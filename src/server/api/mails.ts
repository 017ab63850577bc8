/** Whole mails for colleagues: as sanitised HTML in a frame that can do nothing, as text, and as the bytes that came. */
import { createHash } from 'node:crypto';
import { type RequestHandler, type Response, Router } from 'express';
import * as z from 'zod';
import { ZhikeError } from '../../domain/errors.ts';
import { can } from '../../domain/permission.ts';
import type { Store } from '../../store/store.ts';
import type { Sessions } from '../auth/sessions.ts';
import { setPolicy } from '../headers.ts';
import { escapeHtml } from '../page.ts';

const PATH = '/api/v1/mails';
const FACES = ['view', 'text', 'raw'] as const;

type Deps = { store: Pick<Store, 'mails' | 'files'>; sessions: Pick<Sessions, 'find'> };
type Face = (typeof FACES)[number];
type Mail = NonNullable<Awaited<ReturnType<Store['mails']['find']>>>;

const STYLE =
  'body{margin:12px;font:14px/1.6 system-ui,sans-serif;color:#1f1f1f;background:#fff;overflow-wrap:anywhere}img{max-width:100%;height:auto}table{max-width:100%}blockquote{margin:8px 0;padding-left:10px;border-left:3px solid #d9d9d9}pre{white-space:pre-wrap}';
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
/** A picture inside a mail, and all of them together; the rest stays a download. */
const MAX_PICTURE = 3 * 1024 * 1024;
const MAX_PICTURES = 12 * 1024 * 1024;

export function deskMails({ store, sessions }: Deps): Router {
  const get: RequestHandler<{ id: string; face: string }> = async (request, response) => {
    const session = await sessions.find(request);
    if (!session) throw new ZhikeError('MissingToken');
    if (!can(session.actor, 'conversation.read')) throw new ZhikeError('NotAllowed');
    const id = z.uuid().safeParse(request.params.id);
    const face = FACES.find((one) => one === request.params.face);
    const mail = id.success && face ? await store.mails.find(id.data) : null;
    if (!mail || !face) throw new ZhikeError('NotFound');
    await show({ face, mail, response, remote: request.query.images === '1' }, store);
  };
  return Router().get(`${PATH}/:id/:face`, get);
}

type Showing = { face: Face; mail: Mail; response: Response; remote: boolean };

async function show({ face, mail, response, remote }: Showing, store: Deps['store']): Promise<void> {
  response.set({ 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer' });
  if (face === 'raw') {
    response.set('Content-Disposition', 'attachment; filename="mail.eml"').type('message/rfc822');
    response.end(Buffer.from(mail.raw));
  } else if (face === 'text' || mail.reading?.html == null) sendFramed(response, preformatted(mail), false);
  else sendFramed(response, await withPictures(mail.reading, store), remote);
}

function preformatted({ reading, raw }: Mail): string {
  const text = reading?.text || Buffer.from(raw).toString('utf8').slice(0, 200_000);
  return `<pre>${escapeHtml(text)}</pre>`;
}

/** No script, no form, no request but for pictures that somebody asked for: whatever the sanitiser let through stays still. */
function sendFramed(response: Response, html: string, remote: boolean): void {
  setPolicy(response, {
    'default-src': ["'none'"],
    'style-src': [`'sha256-${STYLE_HASH}'`],
    'img-src': remote ? ['data:', 'https:', 'http:'] : ['data:'],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'self'"],
    sandbox: ['allow-popups', 'allow-popups-to-escape-sandbox'],
  });
  response.set('X-Frame-Options', 'SAMEORIGIN').type('html');
  response.send(
    `<!doctype html><html><head><meta charset="utf-8"><base target="_blank"><style>${STYLE}</style></head><body>${html}</body></html>`,
  );
}

/** A frame without an origin has no session: pictures of the mail itself come along. */
async function withPictures({ html, inline }: NonNullable<Mail['reading']>, { files }: Deps['store']): Promise<string> {
  const pictures = new Map<string, string>();
  let room = MAX_PICTURES;
  for (const { cid, fileId } of inline) {
    const file = await files.get(fileId);
    if (!file?.contentType.startsWith('image/') || file.bytes.byteLength > Math.min(MAX_PICTURE, room)) continue;
    room -= file.bytes.byteLength;
    pictures.set(cid, `data:${file.contentType};base64,${Buffer.from(file.bytes).toString('base64')}`);
  }
  return (html ?? '').replace(/"cid:([^"]{1,300})"/g, (whole, cid: string) => {
    const picture = pictures.get(decoded(cid));
    return picture ? `"${picture}"` : whole;
  });
}

function decoded(cid: string): string {
  try {
    return decodeURIComponent(cid.replaceAll('&amp;', '&'));
  } catch {
    return cid;
  }
}
