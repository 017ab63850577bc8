/** The loop that fetches what customers sent: any process may, each file once, tried again until WeChat has it no more. */
import type { ActivityRow } from '../../domain/activity.ts';
import type { FileJob } from '../../ports.ts';
import type { ChannelDeps } from '../channel.ts';
import type { WeChatApi } from './api.ts';
import { fetchMedia } from './media.ts';
import { accountOf } from './settings.ts';

const POLL_MS = 2_000;
const LEASE_MS = 120_000;
const AT_ONCE = 4;
const OFF_MS = 300_000;

export type FetchLoop = { start(): void; wake(): void; stop(): Promise<void> };
type Deps = Pick<
  ChannelDeps,
  'fileJobs' | 'files' | 'fetchFile' | 'inboxes' | 'conversations' | 'live' | 'clock' | 'log'
> & {
  channel: string;
  api: WeChatApi;
};

export function createFetchLoop(deps: Deps): FetchLoop {
  let timer: NodeJS.Timeout | undefined;
  let stopped = true;
  let running: Promise<void> | null = null;
  let again = false;
  const round = async () => {
    do {
      again = false;
      const jobs = await deps.fileJobs.claim(deps.channel, AT_ONCE, LEASE_MS);
      await Promise.all(jobs.map((job) => work(job, deps)));
      if (jobs.length === AT_ONCE) again = true;
    } while (again && !stopped);
  };
  const wake = () => {
    again = true;
    if (running || stopped) return;
    running = round()
      .catch((error: unknown) => deps.log.warn({ err: error }, 'files could not be fetched; trying again'))
      .finally(() => {
        running = null;
      });
  };
  return {
    start: () => {
      stopped = false;
      timer = setInterval(wake, POLL_MS);
      wake();
    },
    wake,
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}

async function work(job: FileJob, deps: Deps): Promise<void> {
  const { fileJobs, files, log } = deps;
  const inbox = await deps.inboxes.find(job.inboxId);
  const account = inbox && accountOf(inbox);
  if (!account) return fileJobs.retry(job, OFF_MS, 'NotSetUp');
  const fetched = await fetchMedia(job, account, { api: deps.api, fetchFile: deps.fetchFile, now: deps.clock() });
  if (fetched.kind === 'later') return fileJobs.retry(job, fetched.delayMs, fetched.reason);
  if (fetched.kind === 'lost') {
    log.warn(
      { conversationId: job.conversationId, seq: job.seq, reason: fetched.reason },
      'a file of a customer is lost',
    );
    return show(await fileJobs.lost(job, fetched.reason), deps);
  }
  const { bytes, contentType, name } = fetched;
  await files.put({ id: job.fileId, conversationId: job.conversationId, name, contentType, bytes });
  await show(await fileJobs.done(job, { contentType, name }), deps);
}

/** Colleagues who have the conversation open see the picture where its place was. */
async function show(row: ActivityRow | null, { conversations, live }: Deps): Promise<void> {
  const place = row && (await conversations.find(row.conversationId));
  if (!row || !place) return;
  const { id, status, ownerId, seq, version } = place;
  live.publish({ kind: 'conversation', id, status, ownerId, seq, version, due: false, activities: [row] });
}
