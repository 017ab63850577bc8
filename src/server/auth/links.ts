/** One-time sign-in links: 256 random bits in the fragment of the address, so that no log and no Referer ever sees them. */
import type { Clock, NewId } from '../../ports.ts';
import type { AgentRecord, Store } from '../../store/store.ts';
import { newSecret, sha256 } from './sessions.ts';

const HOUR = 3_600_000;
const FIRST_ADMIN_MS = 24 * HOUR;
export const INVITATION_MS = 72 * HOUR;
const FIRST_ADMIN = 'admin@localhost';

type LinkDeps = { store: Pick<Store, 'sessions' | 'agents'>; clock: Clock; publicUrl: () => string };

/** A fresh link of a colleague; earlier ones die. */
export async function makeLink(
  deps: LinkDeps,
  agentId: string,
  forMs: number,
): Promise<{ url: string; expiresAt: string }> {
  const code = newSecret();
  const expiresAt = new Date(deps.clock().getTime() + forMs);
  await deps.store.sessions.createLink({ codeHash: sha256(code), agentId, expiresAt });
  return { url: `${deps.publicUrl()}/console/sign-in#code=${code}`, expiresAt: expiresAt.toISOString() };
}

/** For the start: while no administrator has chosen a password, a fresh link for the first one; null afterwards. */
export async function firstAdminLink(deps: LinkDeps & { newId: NewId }): Promise<string | null> {
  const { agents } = deps.store;
  const everybody = await agents.list();
  const admins = everybody.filter(({ role, disabledAt }) => role === 'admin' && disabledAt === null);
  if (admins.some(({ passwordHash }) => passwordHash !== null)) return null;
  const admin =
    admins.find(({ email }) => email === FIRST_ADMIN) ?? admins[0] ?? (await makeFirstAdmin(deps, everybody));
  return (await makeLink(deps, admin.id, FIRST_ADMIN_MS)).url;
}

async function makeFirstAdmin(
  { store, newId }: LinkDeps & { newId: NewId },
  everybody: AgentRecord[],
): Promise<AgentRecord> {
  const known = everybody.find(({ email }) => email === FIRST_ADMIN);
  const raised = known && (await store.agents.update(known.id, { role: 'admin', disabledAt: null }));
  return (
    raised ?? store.agents.create({ id: newId(), email: FIRST_ADMIN, name: '管理员', role: 'admin', locale: 'zh-CN' })
  );
}
