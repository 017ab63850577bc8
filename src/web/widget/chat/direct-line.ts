/**
 * A Direct Line 3.0 client that does not give up: it resumes by watermark in under a second, renews what expires,
 * falls back to polling where sockets are blocked, and reports each activity in order.
 */
import { type Answer, ask, judge } from './request.ts';
import { type Continuation, type Credential, TokenKeeper } from './token-keeper.ts';
import { type Activity, readFrame } from './wire.ts';

export type Connection = 'connecting' | 'online' | 'offline';

export type Posted = { kind: 'sent'; id: string } | Exclude<Answer, { kind: 'ok' | 'ended' }>;

/** Sends one multipart form; a status of 0 is a broken network. */
export type Upload = (
  url: string,
  token: string,
) => Promise<{ status: number; body: unknown; retryAfter: string | null }>;

export type Hooks = {
  /** `history`: from before this page came to life; nobody wants it announced. */
  activities(activities: Activity[], history: boolean): void;
  connection(state: Connection): void;
  /** The old conversation has ended and another one begins. */
  renewed(): void;
};

const BASE = '/v3/directline';
const OPEN_MS = 10_000;
/** The server pings every 15 s; two missed pings and the socket is dead, whatever the browser thinks. */
const SILENCE_MS = 40_000;
const POLL_MS = 2_000;
const POLL_FOR_MS = 60_000;
const LONGEST_PAUSE_MS = 20_000;

type Options = { origin: string; locale: string; credential: Credential; continuation: Continuation; hooks: Hooks };

export class DirectLine {
  private readonly options: Options;
  private readonly token: TokenKeeper;
  private watermark = '';
  /** The conversation whose bot has been asked to greet. */
  private greeted: string | null = null;
  private failures = 0;
  private blockedSockets = 0;
  private pollUntil = 0;
  private running = false;
  private closed = false;
  private socket: WebSocket | null = null;
  private lastHeard = 0;
  private wake: (() => void) | null = null;

  constructor(options: Options) {
    this.options = options;
    this.token = new TokenKeeper(options, () => this.beginAnew());
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    this.options.hooks.connection('connecting');
    void this.run();
  }

  /** Something changed outside (network, visibility): look at once. `online` is a hint; the next request decides. */
  nudge(online: boolean): void {
    this.wake?.();
    const silent = Date.now() - this.lastHeard > SILENCE_MS / 2;
    if (this.socket && (silent || !online)) this.socket.close();
  }

  close(): void {
    this.closed = true;
    this.token.close();
    this.socket?.close();
    this.wake?.();
  }

  async post(activity: Record<string, unknown>): Promise<Posted> {
    return posted(await this.token.use((at, token) => ask('POST', `${at}/activities`, { token, body: activity })));
  }

  async upload(send: Upload): Promise<Posted> {
    const answer = await this.token.use(async (at, token) => {
      const { status, body, retryAfter } = await send(`${at}/upload`, token);
      return judge(status, body, retryAfter);
    });
    return posted(answer);
  }

  private beginAnew(): void {
    if (this.greeted === null) return;
    this.greeted = null;
    this.watermark = '';
    this.socket?.close();
    this.options.hooks.renewed();
  }

  private async run(): Promise<void> {
    while (!this.closed) {
      const polling = Date.now() < this.pollUntil;
      const alive = await this.follow().catch(() => false);
      if (this.closed || (alive && polling)) continue;
      if (!alive) {
        this.failures += 1;
        this.options.hooks.connection('offline');
      }
      const longest = alive ? 500 : Math.min(600 * 2 ** this.failures, LONGEST_PAUSE_MS);
      await this.pause(100 + Math.random() * longest);
    }
  }

  /** One life of the stream, or one poll. True when the network gave an answer. */
  private async follow(): Promise<boolean> {
    if (Date.now() < this.pollUntil && this.greeted !== null) {
      const answer = await this.readHistory(this.watermark === '');
      if (answer.kind !== 'ok') return false;
      this.setOnline();
      await this.pause(POLL_MS);
      return true;
    }
    const prepared = await this.prepareStream();
    if (prepared.kind !== 'ok') {
      if (prepared.kind === 'later' && prepared.afterMs > 0) this.failures = Math.max(this.failures, 5);
      return false;
    }
    const stood = await this.listen(String(prepared.body.streamUrl));
    this.blockedSockets = stood ? 0 : this.blockedSockets + 1;
    if (this.blockedSockets < 2) return stood;
    this.pollUntil = Date.now() + POLL_FOR_MS;
    return true;
  }

  /** Has the bot greet once, fetches what was missed, and gives the address of the stream that follows on it. */
  private async prepareStream(): Promise<Answer> {
    if (this.greeted === null) {
      const { origin, locale, hooks } = this.options;
      const url = `${origin}${BASE}/conversations`;
      const started = await this.token.use((_at, token) => ask('POST', url, { token, body: { locale } }));
      if (started.kind !== 'ok') return started;
      this.greeted = this.token.conversationId;
      if (started.status === 201) {
        hooks.activities([], true);
        return started;
      }
    }
    if (this.watermark === '') {
      const history = await this.readHistory(true);
      if (history.kind !== 'ok') return history;
    }
    const stream = await this.token.use((at, token) => ask('GET', `${at}?watermark=${this.watermark}`, { token }));
    return this.greeted === null ? this.prepareStream() : stream;
  }

  private async readHistory(history: boolean): Promise<Answer> {
    const from = this.watermark || '0';
    const answer = await this.token.use((at, token) => ask('GET', `${at}/activities?watermark=${from}`, { token }));
    if (answer.kind === 'ok') this.take(answer.body, history);
    return answer;
  }

  private take(body: unknown, history: boolean): void {
    const frame = readFrame(body);
    if (frame.watermark !== null) this.watermark = frame.watermark;
    if (history || frame.activities.length > 0) this.options.hooks.activities(frame.activities, history);
  }

  private setOnline(): void {
    this.failures = 0;
    this.options.hooks.connection('online');
  }

  /** Resolves when the socket is gone; true when it ever stood. */
  private listen(streamUrl: string): Promise<boolean> {
    const { pathname, search } = new URL(streamUrl);
    const stream = new WebSocket(`${this.options.origin.replace(/^http/, 'ws')}${pathname}${search}`);
    this.socket = stream;
    this.lastHeard = Date.now();
    return new Promise((resolve) => {
      let stood = false;
      const end = (): void => {
        clearTimeout(opening);
        clearInterval(watch);
        if (this.socket === stream) this.socket = null;
        stream.onmessage = stream.onclose = null;
        stream.close();
        resolve(stood);
      };
      const opening = setTimeout(end, OPEN_MS);
      const watch = setInterval(() => Date.now() - this.lastHeard > SILENCE_MS && end(), SILENCE_MS / 4);
      stream.onopen = () => {
        clearTimeout(opening);
        stood = true;
        this.lastHeard = Date.now();
        this.setOnline();
      };
      stream.onmessage = ({ data }) => {
        this.lastHeard = Date.now();
        if (typeof data === 'string' && data !== '') this.take(parse(data), false);
      };
      stream.onclose = end;
    });
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.wake = null;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.wake = done;
    });
  }
}

function posted(answer: Answer): Posted {
  if (answer.kind === 'ok') return { kind: 'sent', id: String(answer.body.id ?? '') };
  return answer.kind === 'ended' ? { kind: 'later', afterMs: 0 } : answer;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
