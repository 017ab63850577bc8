/** Reads mails in threads with a budget of time and memory; a mail that breaks it is "unparsed", and its thread is replaced. */
import { Worker } from 'node:worker_threads';
import type { Own } from '../filter/classify.ts';
import { readHead } from '../head.ts';
import type { ReadMail, UnparsedMail } from '../mail.ts';
import { LIMITS } from './limits.ts';

export interface PoolOptions {
  threads: number;
  /** Milliseconds for a mail, and for each MiB of it on top. */
  budget: { ms: number; perMiB: number };
  memoryMb: number;
}

/** What `readHead` looks at. */
const HEAD_BYTES = 64 * 1024;
const DEFAULTS: PoolOptions = { threads: 1, budget: { ms: 1_000, perMiB: 200 }, memoryMb: 256 };

export interface MailPool {
  /**
   * Never rejects. Waits its turn; the budget runs only while the mail is read. The bytes are given away: an array that
   * fills its buffer is empty afterwards, since copying a large mail would hold the main loop.
   */
  read: (raw: Uint8Array, own: Own) => Promise<ReadMail>;
  close: () => Promise<void>;
}

interface Order {
  raw: Uint8Array;
  /** The beginning, for the headers of a mail that cannot be read. */
  head: Uint8Array;
  own: Own;
  done: (mail: ReadMail) => void;
}

export function createMailPool(options: Partial<PoolOptions> = {}): MailPool {
  const given = { ...DEFAULTS, ...options };
  const waiting: Order[] = [];
  const threads = Array.from({ length: given.threads }, () => new Reader(given, waiting));
  return {
    read: (raw, own) =>
      new Promise((done) => {
        if (raw.byteLength > LIMITS.bytes) return done(unread(raw, 'too-large'));
        waiting.push({ raw, head: new Uint8Array(raw.subarray(0, HEAD_BYTES)), own, done });
        for (const thread of threads) thread.next();
      }),
    close: async () => {
      for (const { head, done } of waiting.splice(0)) done(unread(head, 'broken'));
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

const unread = (head: Uint8Array, unparsed: UnparsedMail['unparsed']): UnparsedMail => ({
  unparsed,
  headers: readHead(head),
});

/** Of its own, to be handed to another thread: a view would take the whole buffer behind it along. */
const whole = (raw: Uint8Array): Uint8Array<ArrayBuffer> =>
  raw.byteLength === raw.buffer.byteLength && raw.buffer instanceof ArrayBuffer
    ? new Uint8Array(raw.buffer)
    : new Uint8Array(raw);

type Said = { ready: true } | { number: number; mail: ReadMail };

/** One thread and the mail it is at. The thread starts with the first mail and is started anew after it died. */
class Reader {
  readonly #options: PoolOptions;
  readonly #waiting: Order[];
  #worker: Worker | undefined;
  #ready = false;
  #order: Order | undefined;
  #number = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: PoolOptions, waiting: Order[]) {
    this.#options = options;
    this.#waiting = waiting;
  }

  /** Takes the next mail when it has none. */
  next(): void {
    if (this.#closed || this.#order !== undefined || this.#waiting.length === 0) return;
    if (this.#worker === undefined) this.#start();
    if (!this.#ready) return;
    this.#order = this.#waiting.shift() as Order;
    this.#number += 1;
    const { ms, perMiB } = this.#options.budget;
    const budget = ms + perMiB * (this.#order.raw.byteLength / (1024 * 1024));
    this.#timer = setTimeout(() => this.#end('too-slow'), budget);
    this.#worker?.ref();
    const raw = whole(this.#order.raw);
    this.#worker?.postMessage({ number: this.#number, raw, own: this.#order.own }, [raw.buffer]);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    this.#finish(this.#order && unread(this.#order.head, 'broken'));
    this.#worker = undefined;
    await worker?.terminate();
  }

  #start(): void {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: this.#options.memoryMb },
      execArgv: [],
    });
    this.#worker = worker;
    this.#ready = false;
    worker.on('message', (said: Said) => this.#hear(worker, said));
    worker.on('error', (error: NodeJS.ErrnoException) => {
      if (worker === this.#worker) this.#end(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'too-much-memory' : 'broken');
    });
    worker.on('exit', () => {
      if (worker === this.#worker) this.#end('broken');
    });
  }

  #hear(worker: Worker, said: Said): void {
    if (worker !== this.#worker) return;
    if ('ready' in said) {
      this.#ready = true;
      worker.unref(); // an idle thread keeps no process alive
    } else if (said.number === this.#number) this.#finish(said.mail);
    this.next();
  }

  /** The thread is beyond use: its mail is unparsed, the next one gets a new thread. */
  #end(unparsed: UnparsedMail['unparsed']): void {
    const worker = this.#worker;
    const started = this.#ready;
    this.#worker = undefined;
    this.#ready = false;
    void worker?.terminate();
    // a thread that never came up would come up no better for the next mail
    if (!started && this.#order === undefined) this.#order = this.#waiting.shift();
    this.#finish(this.#order && unread(this.#order.head, unparsed));
    this.next();
  }

  #finish(mail: ReadMail | undefined): void {
    clearTimeout(this.#timer);
    const order = this.#order;
    this.#order = undefined;
    this.#worker?.unref();
    if (mail !== undefined) order?.done(mail);
  }
}
