/** The accounts of channels: made, changed, tried out by administrators. Secrets go in and never come out. */
import type { Channel } from '../../channels/channel.ts';
import type { AuditObject } from '../../domain/audit.ts';
import { ZhikeError } from '../../domain/errors.ts';
import type { KeptInbox } from '../../store/store.ts';
import type { Handlers } from '../bind.ts';
import { openInbox } from '../inboxes.ts';
import { entryOf } from './audit.ts';
import type { ApiDeps } from './deps.ts';

/** A step of the set-up asks foreign servers; longer than this nobody waits. */
const ACTION_MS = 20_000;

type InboxHandlers = Pick<Handlers, 'listInboxes' | 'createInbox' | 'updateInbox' | 'runInboxAction'>;

export function inboxHandlers(deps: ApiDeps): InboxHandlers {
  const { store, channels, live, vault, log, newId } = deps;
  const present = (inbox: KeptInbox) => presentInbox(inbox, channels.get(inbox.channel), deps.publicUrl());
  const saved = (inbox: KeptInbox) => {
    live.publish({ kind: 'inbox', id: inbox.id });
    return present(inbox);
  };
  const found = async (id: string) => {
    const inbox = await store.inboxes.find(id);
    if (!inbox) throw new ZhikeError('NotFound');
    return { inbox, channel: channels.get(inbox.channel) };
  };
  return {
    listInboxes: {
      may: 'inbox.manage',
      run: async () => ({
        items: (await store.inboxes.list()).map(present),
        channels: [...channels.values()].filter(({ settings }) => settings).map(({ name }) => name),
      }),
    },
    createInbox: {
      may: 'inbox.manage',
      run: async ({ body: { channel: name, name: title, settings }, session, request }) => {
        const channel = channels.get(name);
        if (!channel?.settings)
          throw new ZhikeError('NotSupported', { detail: `no channel ${name} that can be set up` });
        const parts = split(channel, settings, {});
        const secrets = seal(parts.secrets, vault);
        const inbox = { id: newId(), channel: name, name: title, enabled: false, settings: parts.settings, secrets };
        const told = { action: 'inbox.created', object: inboxObject(inbox), detail: { channel: name } } as const;
        return saved(await store.recording(entryOf(deps, { session, request }, told)).inboxes.create(inbox));
      },
    },
    updateInbox: {
      may: 'inbox.manage',
      run: async ({ params, body: { version, settings, ...rest }, session, request }) => {
        const { inbox, channel } = await found(params.id);
        if (!channel?.settings) throw new ZhikeError('NotSupported', { detail: 'this inbox is not set up by hand' });
        const parts = settings && split(channel, settings, openInbox(inbox, vault, log).secrets);
        const detail = { ...given(rest), ...(settings ? { settings: changedNames(inbox, parts) } : {}) };
        const told = { action: 'inbox.changed', object: inboxObject(inbox), detail } as const;
        const kept = store.recording(entryOf(deps, { session, request }, told));
        const updated = await kept.inboxes.update(inbox.id, version, {
          ...given(rest),
          ...(parts ? { settings: parts.settings, secrets: { ...inbox.secrets, ...seal(parts.secrets, vault) } } : {}),
        });
        if (!updated) throw new ZhikeError('Conflict');
        return saved(updated);
      },
    },
    runInboxAction: {
      may: 'inbox.manage',
      run: async ({ params, body }) => {
        const { inbox, channel } = await found(params.id);
        const action =
          channel?.actions && Object.hasOwn(channel.actions, params.action) && channel.actions[params.action];
        if (!action) throw new ZhikeError('NotFound');
        const input = action.input.safeParse(body.input);
        if (!input.success) throw malformed(input.error.issues);
        return action.run(openInbox(inbox, vault, log), input.data, AbortSignal.timeout(ACTION_MS));
      },
    },
  };
}

const inboxObject = ({ id, name }: { id: string; name: string }): AuditObject => ({ kind: 'inbox', id, name });

type Parts = { settings: Record<string, unknown>; secrets: Record<string, string> } | undefined;
/** Which settings now differ, and which secrets were handed in; never what they are. */
function changedNames(inbox: KeptInbox, parts: Parts): string[] {
  const { settings = {}, secrets = {} } = parts ?? {};
  const names = new Set([...Object.keys(settings), ...Object.keys(inbox.settings)]);
  const differs = (name: string) => JSON.stringify(settings[name]) !== JSON.stringify(inbox.settings[name]);
  return [...[...names].filter(differs), ...Object.keys(secrets)];
}

type Issues = readonly { path: readonly PropertyKey[]; message: string }[];
function malformed(issues: Issues): ZhikeError {
  const fields = issues
    .slice(0, 20)
    .map(({ path, message }) => ({ path: ['settings', ...path].map(String).join('.'), message }));
  return new ZhikeError('MalformedData', { fields });
}

/** The channel's schema reads the settings whole, known secrets included; what it gives back is parted again. */
function split(channel: Channel, given: Record<string, unknown>, known: Record<string, string>) {
  const names = channel.settings?.secrets ?? [];
  const filled = withoutEmpty(given, names);
  const kept = channel.settings?.keep?.(filled, known) ?? {};
  const result = channel.settings?.schema.safeParse({ ...known, ...kept, ...filled });
  if (!result?.success) throw malformed(result?.error.issues ?? []);
  const settings: Record<string, unknown> = {};
  const secrets: Record<string, string> = {};
  for (const [key, value] of Object.entries(result.data)) {
    if (!names.includes(key)) settings[key] = value;
    else if (typeof value === 'string' && value !== '') secrets[key] = value;
  }
  return { settings, secrets };
}

/** An empty field of a form does not wipe the secret that is kept. */
function withoutEmpty(given: Record<string, unknown>, secrets: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([key, value]) => !(secrets.includes(key) && value === '')));
}

function seal(secrets: Record<string, string>, vault: ApiDeps['vault']): Record<string, string> {
  return Object.fromEntries(Object.entries(secrets).map(([key, text]) => [key, vault.seal(text)]));
}

function given(rest: { name?: string | undefined; enabled?: boolean | undefined }) {
  return {
    ...(rest.name === undefined ? {} : { name: rest.name }),
    ...(rest.enabled === undefined ? {} : { enabled: rest.enabled }),
  };
}

function presentInbox(inbox: KeptInbox, channel: Channel | undefined, publicUrl: string) {
  const { id, name, enabled, settings, secrets, version, createdAt } = inbox;
  return {
    id,
    channel: inbox.channel,
    name,
    enabled,
    settings,
    secretsSet: Object.keys(secrets),
    version,
    health: inbox.health,
    webhookUrl: channel?.webhook ? `${publicUrl}/webhooks/${inbox.channel}/${id}` : null,
    managed: channel?.settings !== undefined,
    createdAt,
  };
}
