/** Security headers: strict for every answer, and for each face exactly what it needs. */
import type { RequestHandler, Response } from 'express';
import helmet from 'helmet';

type Policy = Record<string, readonly string[]>;

const SELF = "'self'";
const NONE = "'none'";

/** What an answer may do that is no page of ours: nothing. Errors and files keep it. */
const NOTHING: Policy = { 'default-src': [NONE], 'base-uri': [NONE], 'form-action': [NONE], 'frame-ancestors': [NONE] };

export function setPolicy(response: Response, policy: Policy): void {
  const text = Object.entries(policy)
    .map(([name, values]) => `${name} ${values.join(' ')}`)
    .join('; ');
  response.set('Content-Security-Policy', text);
}

/** For all answers, before anything else; faces loosen it afterwards. */
export function securityHeaders(publicUrl: () => string): RequestHandler {
  const common = helmet({
    contentSecurityPolicy: false,
    strictTransportSecurity: false,
    // `no-referrer` would make browsers send `Origin: null` with forms; our own pages may know where they come from.
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
  return (request, response, next) => {
    setPolicy(response, NOTHING);
    if (publicUrl().startsWith('https:')) response.set('Strict-Transport-Security', 'max-age=31536000');
    common(request, response, next);
  };
}

/** WebSockets of the own host; old Safari does not count them as `'self'`. */
function sockets(publicUrl: string): string {
  return publicUrl.replace(/^http/, 'ws');
}

export function consolePolicy(publicUrl: string, nonce: string): Policy {
  return {
    'default-src': [SELF],
    'script-src': [SELF],
    'style-src-elem': [SELF, `'nonce-${nonce}'`],
    'style-src-attr': [NONE],
    'img-src': [SELF, 'data:', 'blob:'],
    'connect-src': [SELF, sockets(publicUrl)],
    'object-src': [NONE],
    'base-uri': [NONE],
    'form-action': [SELF],
    'frame-ancestors': [NONE],
    'require-trusted-types-for': ["'script'"],
    // `default` refuses all markup and lets component libraries set their CSS as text.
    'trusted-types': ['default', 'zhike-markdown'],
  };
}

/** Where nobody is named yet, pages on this very machine may try the chat out. */
const TRY_OUT = ['http://localhost:*', 'http://127.0.0.1:*'];

/** @param embedders Origins whose pages may show the chat, beside our own. */
export function chatPolicy(publicUrl: string, embedders: readonly string[]): Policy {
  return {
    'default-src': [SELF],
    'script-src': [SELF],
    'style-src': [SELF],
    'img-src': [SELF, 'data:', 'blob:'],
    'connect-src': [SELF, publicUrl, sockets(publicUrl)],
    'object-src': [NONE],
    'base-uri': [NONE],
    'form-action': [NONE],
    'frame-ancestors': [SELF, publicUrl, ...(embedders.length > 0 ? embedders : TRY_OUT)],
    'require-trusted-types-for': ["'script'"],
    'trusted-types': [NONE],
  };
}

/** A shop as strict as shops get: it names us and nobody else. */
export function shopPolicy(publicUrl: string): Policy {
  return {
    'default-src': [NONE],
    'script-src': [SELF, publicUrl],
    'style-src': [SELF],
    'img-src': [SELF, 'data:'],
    'frame-src': [SELF, publicUrl],
    'connect-src': [NONE],
    'base-uri': [NONE],
    'form-action': [NONE],
    'frame-ancestors': [NONE],
    'require-trusted-types-for': ["'script'"],
    'trusted-types': [NONE],
  };
}

/** Pages without script, with one style sheet inside, named by its hash. */
export function plainPagePolicy(styleHash: string, hasForms: boolean): Policy {
  const forms = hasForms ? { 'form-action': [SELF] } : {};
  return { ...NOTHING, ...forms, 'style-src': [`'sha256-${styleHash}'`], 'img-src': [SELF] };
}
