/** The body of a callback, XML or JSON, as a flat record of strings: no type is guessed, no entity expanded. */
import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** `Content`, `MsgId`, and for the few nested ones `ScanCodeInfo.ScanResult`, `SendPicsInfo.PicList.item.0.PicMd5Sum`. */
export type Fields = Readonly<Record<string, string>>;
export type Format = 'xml' | 'json';

/** Longest body in characters; a compatible-mode body carries its message one and a half times. */
export const MAX_BODY = 131_072;
const MAX_TAGS = 400;
const MAX_FIELDS = 400;
const MAX_DEPTH = 8;
const NAME = /^[A-Za-z_][\w-]{0,127}$/;

export type EnvelopeReason = 'too-large' | 'not-utf8' | 'malformed' | 'declaration' | 'repeated-tag';

export class EnvelopeError extends Error {
  override readonly name = 'EnvelopeError';
  readonly reason: EnvelopeReason;
  constructor(reason: EnvelopeReason) {
    super(`The body is refused: ${reason}`);
    this.reason = reason;
  }
}

/** Strict UTF-8. Throws EnvelopeError. */
export function decodeBody(bytes: Uint8Array): string {
  if (bytes.byteLength > MAX_BODY) throw new EnvelopeError('too-large');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new EnvelopeError('not-utf8');
  }
}

/** The first character that is not blank tells the format; Content-Type does not. Throws EnvelopeError. */
export function parseEnvelope(body: string): { fields: Fields; format: Format } {
  if (body.length > MAX_BODY) throw new EnvelopeError('too-large');
  const format = /^\s*\{/.test(body) ? 'json' : 'xml';
  const tree = format === 'json' ? parseJson(body) : parseXml(body);
  return { fields: flatten(tree), format };
}

const parser = new XMLParser({
  processEntities: false,
  parseTagValue: false,
  trimValues: false,
  ignoreAttributes: true,
  isArray: (name) => name === 'item',
});

function parseXml(body: string): object {
  refuseDeclarations(body);
  let root: unknown;
  try {
    if (XMLValidator.validate(body) !== true) throw new EnvelopeError('malformed');
    root = parser.parse(body);
  } catch {
    throw new EnvelopeError('malformed');
  }
  const xml = isTree(root) && 'xml' in root ? root.xml : null;
  if (!isTree(xml) || Array.isArray(xml)) throw new EnvelopeError('malformed');
  // Below the first level repeats are lists (PicList/item, SubscribeMsgPopupEvent/List); on it they are two answers to one question.
  if (Object.values(xml).some(Array.isArray)) throw new EnvelopeError('repeated-tag');
  return xml;
}

/** Nothing but tags and CDATA: no DTD, comment or instruction. What stands inside CDATA is the customer's and may be anything. */
function refuseDeclarations(body: string): void {
  let tags = 0;
  for (let at = body.indexOf('<'); at !== -1; at = body.indexOf('<', at + 1)) {
    if (++tags > MAX_TAGS) throw new EnvelopeError('malformed');
    if (body[at + 1] === '?') throw new EnvelopeError('declaration');
    if (body[at + 1] !== '!') continue;
    if (!body.startsWith('<![CDATA[', at)) throw new EnvelopeError('declaration');
    at = body.indexOf(']]>', at);
    if (at === -1) throw new EnvelopeError('malformed');
  }
}

/** Numbers keep their digits: the source text of each is its value. */
function parseJson(body: string): object {
  let root: unknown;
  try {
    root = JSON.parse(body, (_key, value: unknown, context?: { source?: string }) =>
      typeof value === 'number' ? (context?.source ?? String(value)) : value,
    );
  } catch {
    throw new EnvelopeError('malformed');
  }
  if (!isTree(root) || Array.isArray(root)) throw new EnvelopeError('malformed');
  return root;
}

function isTree(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function flatten(tree: object): Fields {
  const fields: Record<string, string> = Object.create(null);
  let count = 0;
  const walk = (node: object, prefix: string, depth: number): void => {
    if (depth > MAX_DEPTH) throw new EnvelopeError('malformed');
    for (const [name, value] of Object.entries(node)) {
      // Blanks between the tags of an element.
      if (name === '#text') continue;
      if (!Array.isArray(node) && !NAME.test(name)) throw new EnvelopeError('malformed');
      if (++count > MAX_FIELDS) throw new EnvelopeError('malformed');
      if (isTree(value)) walk(value, `${prefix}${name}.`, depth + 1);
      else fields[prefix + name] = value === null ? '' : String(value);
    }
  };
  walk(tree, '', 0);
  return fields;
}
