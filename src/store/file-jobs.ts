/** Files to be fetched after their message was accepted: leased, tried again, and honest when they are lost. */
import { fileReference } from '../domain/file-reference.ts';
import type { FileJob, FileJobs } from '../ports.ts';
import { ACTIVITY_COLUMNS, type ActivityRecord, toActivity } from './rows.ts';
import type { Db } from './sql.ts';

const CLAIM = `
with due as (
  select j.file_id from file_job j join inbox i on i.id = j.inbox_id
   where j.state = 'pending' and j.next_at <= clock_timestamp() and i.channel = $1
   order by j.next_at limit $2 for update of j skip locked)
update file_job j set attempts = j.attempts + 1, next_at = clock_timestamp() + $3 * interval '1 millisecond'
  from due where j.file_id = due.file_id
returning j.file_id as "fileId", j.inbox_id as "inboxId", j.conversation_id as "conversationId", j.seq, j.source, j.attempts,
  j.expires_at as "expiresAt"`;

/** The attachment that names the file takes over what is now known of it. */
const FINISH = `
with j as (
  update file_job set state = $2, reason = $3 where file_id = $1 and state = 'pending' returning conversation_id, seq)
update activity a set body = jsonb_set(a.body, '{attachments}', (
    select jsonb_agg(case when x ->> 'contentUrl' = $4 then (x - $5::text[]) || $6::jsonb else x end order by i)
      from jsonb_array_elements(a.body -> 'attachments') with ordinality as t(x, i)))
  from j where a.conversation_id = j.conversation_id and a.seq = j.seq and jsonb_typeof(a.body -> 'attachments') = 'array'
returning ${ACTIVITY_COLUMNS.split(', ')
  .map((column) => `a.${column}`)
  .join(', ')}`;

export function createFileJobs(db: Db): FileJobs {
  const finish = async (
    { fileId }: FileJob,
    end: { state: 'done' | 'failed'; reason: string | null; without: string[]; and: Record<string, unknown> },
  ) => {
    const values = [fileId, end.state, end.reason, fileReference(fileId), end.without, JSON.stringify(end.and)];
    const [row] = await db.query<ActivityRecord>(FINISH, values, 'finish-file-job');
    return row ? toActivity(row) : null;
  };
  return {
    claim: (channel, limit, leaseMs) => db.query<FileJob>(CLAIM, [channel, limit, leaseMs], 'claim-file-jobs'),
    retry: async ({ fileId }, delayMs, reason) => {
      await db.query(
        `update file_job set next_at = clock_timestamp() + $2 * interval '1 millisecond', reason = $3 where file_id = $1 and state = 'pending'`,
        [fileId, delayMs, reason],
        'retry-file-job',
      );
    },
    done: (job, { contentType, name }) =>
      finish(job, { state: 'done', reason: null, without: ['content'], and: { contentType, name } }),
    lost: (job, reason) =>
      finish(job, { state: 'failed', reason, without: ['contentUrl'], and: { content: { lost: reason } } }),
  };
}
