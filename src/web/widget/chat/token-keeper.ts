/** The visitor's conversation and a token for it: opened by the credential, refreshed at half its life, renewed when refused. */
import { type Answer, ask } from './request.ts';

export type Credential = { read(): string | null; write(value: string | null): void };
/** A code that opens a conversation of another channel, once; `lapsed`: it opens nothing (any more). */
export type Continuation = { code: string | null; lapsed(): void };
type Options = { origin: string; locale: string; credential: Credential; continuation: Continuation };

const SHORTEST_LIFE_S = 30;

export class TokenKeeper {
  private readonly options: Options;
  private readonly changed: () => void;
  private conversation: string | null = null;
  private token: string | null = null;
  private renewing: Promise<Answer> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private closed = false;

  /** `changed`: the old conversation has ended and another one begins. */
  constructor(options: Options, changed: () => void) {
    this.options = options;
    this.changed = changed;
  }

  get conversationId(): string | null {
    return this.conversation;
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  /** Sends one request inside the conversation; a token that is refused is renewed, a conversation that is gone replaced. */
  async use(send: (conversationUrl: string, token: string) => Promise<Answer>): Promise<Answer> {
    for (let attempt = 0; ; attempt += 1) {
      const token = this.token;
      if (token === null) {
        const opened = await this.renew();
        if (opened.kind !== 'ok' || attempt > 4) return opened;
        continue;
      }
      const answer = await send(`${this.options.origin}/v3/directline/conversations/${this.conversation}`, token);
      const expired = answer.kind === 'refused' && (answer.status === 401 || answer.status === 403);
      if ((answer.kind !== 'ended' && !expired) || attempt > 2) return answer;
      if (this.token === token) this.token = null;
      // Renewed and still gone: the credential leads nowhere.
      if (answer.kind === 'ended' && attempt > 0) this.options.credential.write(null);
    }
  }

  /** Many callers at once are one request. */
  private renew(): Promise<Answer> {
    this.renewing ??= this.open().finally(() => {
      this.renewing = null;
    });
    return this.renewing;
  }

  private async open(): Promise<Answer> {
    const { origin, locale, credential, continuation } = this.options;
    const { code } = continuation;
    const known = code === null ? credential.read() : null;
    const body = { locale, ...(code === null ? {} : { continue: code }), ...(known ? { credential: known } : {}) };
    const answer = await ask('POST', `${origin}/api/web/session`, { body });
    if (code !== null && answer.kind !== 'later') continuation.code = null;
    if (code !== null && answer.kind === 'refused') {
      continuation.lapsed();
      return this.open();
    }
    if (known && (answer.kind === 'refused' || answer.kind === 'ended')) {
      credential.write(null);
      return this.open();
    }
    if (answer.kind !== 'ok') return answer;
    const session = answer.body as { conversationId: string; token: string; expiresIn: number; credential: string };
    credential.write(session.credential);
    const before = this.conversation;
    this.conversation = session.conversationId;
    this.token = session.token;
    this.planRefresh(session.expiresIn);
    if (before !== null && before !== session.conversationId) this.changed();
    return answer;
  }

  private planRefresh(lifeSeconds: number): void {
    clearTimeout(this.timer);
    if (!this.closed) this.timer = setTimeout(() => this.refresh(), Math.max(SHORTEST_LIFE_S, lifeSeconds / 2) * 1_000);
  }

  private async refresh(): Promise<void> {
    const token = this.token;
    if (token === null) return;
    const answer = await ask('POST', `${this.options.origin}/v3/directline/tokens/refresh`, { token });
    if (answer.kind === 'ok' && this.token === token) {
      this.token = String(answer.body.token);
      this.planRefresh(Number(answer.body.expires_in));
    } else if (answer.kind === 'later') this.planRefresh(0);
    else if (this.token === token) await this.renew();
  }
}
