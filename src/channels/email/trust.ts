/** Whether a mail is from the domain it names: the findings of a server that we trust, and of nobody else (RFC 8601). */
import type { MailHeader } from './mail.ts';
import type { DomainCheck } from './mails.ts';

type Finding = { method: string; result: string; properties: Map<string, string> };

/**
 * Only the top-most header that bears the configured server's name counts: anybody can write the ones below it.
 * DMARC decides; where it is silent, an aligned DKIM signature or SPF does.
 */
export function domainCheckOf(
  headers: readonly MailHeader[],
  { authservId, from }: { authservId: string; from: string },
): DomainCheck {
  const domain = domainOf(from);
  if (authservId === '' || domain === '') return 'none';
  const header = headers.find(
    ({ name, value }) => name === 'authentication-results' && serverOf(value) === authservId.toLowerCase(),
  );
  if (!header) return 'none';
  const findings = findingsOf(header.value);
  const dmarc = findings.find(({ method }) => method === 'dmarc');
  const named = dmarc?.properties.get('header.from');
  if (dmarc && (named === undefined || isAligned(named, domain))) {
    if (dmarc.result === 'pass') return 'pass';
    if (dmarc.result === 'fail') return 'fail';
  }
  return findings.some((finding) => proves(finding, domain)) ? 'pass' : 'none';
}

function proves({ method, result, properties }: Finding, domain: string): boolean {
  if (result !== 'pass') return false;
  if (method === 'dkim')
    return isAligned(properties.get('header.d') ?? domainOf(properties.get('header.i') ?? ''), domain);
  if (method === 'spf') return isAligned(domainOf(properties.get('smtp.mailfrom') ?? ''), domain);
  return false;
}

/** Strict but for subdomains of the sender's own: which part of a name is registered, we do not know here. */
function isAligned(proven: string, domain: string): boolean {
  const name = proven.toLowerCase().replace(/\.$/, '');
  return name !== '' && name.includes('.') && (name === domain || domain.endsWith(`.${name}`));
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

function serverOf(value: string): string {
  return (
    (withoutComments(value).split(';', 1)[0] ?? '').trim().split(/\s/, 1)[0]?.replaceAll('"', '').toLowerCase() ?? ''
  );
}

function findingsOf(value: string): Finding[] {
  return withoutComments(value)
    .slice(0, 8_000)
    .split(';')
    .slice(1, 40)
    .flatMap((part) => {
      const words = part.trim().split(/\s+/);
      const [, method, result] = /^([a-z-]+)(?:\/\d+)?=([a-z]+)$/i.exec(words[0] ?? '') ?? [];
      if (!method || !result) return [];
      const properties = words.slice(1, 20).flatMap((word): [string, string][] => {
        const [name, given] = word.split(/=(.*)/s);
        return name && given ? [[name.toLowerCase(), given.replaceAll('"', '')]] : [];
      });
      return [{ method: method.toLowerCase(), result: result.toLowerCase(), properties: new Map(properties) }];
    });
}

/** Comments may hold anything, also what looks like a finding. One pass: nested ones end with the outermost. */
function withoutComments(value: string): string {
  let depth = 0;
  let text = '';
  for (const sign of value.slice(0, 16_000)) {
    if (sign === '(') depth++;
    else if (sign === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0) text += sign;
  }
  return text;
}
