import { describe, expect, it } from 'vitest';
import { visibleReply } from '../../../src/channels/email/reply.ts';
import { BODIES } from '../../support/mails/bodies.ts';
import { HTML_LAYOUTS, OWN_QUOTATIONS } from '../../support/mails/html-layouts.ts';
import { TEXT_LAYOUTS } from '../../support/mails/text-layouts.ts';

/** Every client's layout, in every language and wrapped anywhere, leaves exactly what the customer wrote. */

const squeezed = (text: string): string => text.replace(/[\s\u200B\uFEFF]/g, '');
const clients = (layouts: readonly { client: string; language: string }[]): string[] => [
  ...new Set(layouts.map(({ client, language }) => `${client} / ${language}`)),
];
const wrong = <T>(items: readonly T[], check: (item: T) => string | undefined): string[] =>
  items.map(check).filter((found): found is string => found !== undefined);

describe('plain text', () => {
  it.each(clients(TEXT_LAYOUTS))('of %s', (name) => {
    const layouts = TEXT_LAYOUTS.filter(({ client, language }) => `${client} / ${language}` === name);
    const faults = layouts.flatMap(({ make }) =>
      wrong(BODIES, ({ name: body, text }) => {
        const mail = make(text);
        return visibleReply({ text: mail }).text === text ? undefined : `${body}: ${mail.slice(text.length)}`;
      }),
    );
    expect(faults).toEqual([]);
  });

  it('is read the same with CRLF line ends', () => {
    const faults = TEXT_LAYOUTS.flatMap(({ make, client }) =>
      wrong(BODIES.slice(0, 3), ({ text }) =>
        visibleReply({ text: make(text).replace(/\n/g, '\r\n') }).text === text ? undefined : client,
      ),
    );
    expect(faults).toEqual([]);
  });
});

describe('HTML', () => {
  it.each(clients(HTML_LAYOUTS))('of %s', (name) => {
    const layouts = HTML_LAYOUTS.filter(({ client, language }) => `${client} / ${language}` === name);
    const faults = layouts.flatMap(({ make }) =>
      wrong(BODIES, ({ name: body, text }) => {
        const found = visibleReply({ html: make(text) }).text;
        return squeezed(found) === squeezed(text) ? undefined : `${body}: ${found}`;
      }),
    );
    expect(faults).toEqual([]);
  });

  it.each(OWN_QUOTATIONS)("keeps the customer's $client", ({ make }) => {
    const faults = wrong(BODIES, ({ text }) => {
      const found = squeezed(visibleReply({ html: make(text) }).text);
      return found === squeezed(`Your page says Free returns ${text}`) ? undefined : found;
    });
    expect(faults).toEqual([]);
  });
});
