/** Questions that found no answer or a bad one, and what people said about them. */
import type { Locale } from '../domain/locale.ts';
import type { Act } from './knowledge.ts';
import type { Db } from './sql.ts';

export type GapMark = 'not-ours' | 'attached' | 'written';
/** One time a question was asked in vain; `why`: no answer, only choices, or a bad rating after the answer. */
export type Unanswered = {
  question: string;
  locale: Locale;
  customerId: string;
  conversationId: string;
  seq: number;
  at: string;
  why: 'abstained' | 'unclear' | 'rated-badly';
};
export type MarkedQuestion = { key: string; locale: Locale; mark: GapMark; articleId: string | null };

export type GapStore = {
  /** The newest first. */
  unanswered(since: Date, limit: number): Promise<Unanswered[]>;
  marks(): Promise<MarkedQuestion[]>;
  /** `keys` are normalised questions; null takes the mark away. */
  mark(
    keys: readonly string[],
    given: { locale: Locale; mark: GapMark | null; articleId: string | null },
    act: Act,
  ): Promise<void>;
};

/** A conversation counts as badly rated from this score down, or when the customer says it was not solved. */
const BAD_SCORE = 2;

export function createGapStore(db: Db): GapStore {
  return {
    unanswered: (since, limit) =>
      db.query<Unanswered>(
        `select l.question, c.locale, c.customer_id as "customerId", l.conversation_id as "conversationId", l.seq, l.at,
           case l.decision when 'abstain' then 'abstained' when 'clarify' then 'unclear' else 'rated-badly' end as why
          from answer_log l join conversation c on c.id = l.conversation_id
         where l.at >= $1 and (l.decision <> 'answer' or exists (select 1 from csat s where s.conversation_id = l.conversation_id
             and s.seq > l.seq and (s.score <= ${BAD_SCORE} or s.resolved = false)))
         order by l.at desc limit $2`,
        [since.toISOString(), limit],
      ),
    marks: () => db.query<MarkedQuestion>(`select key, locale, mark, article_id as "articleId" from gap_mark`),
    mark: async (keys, { locale, mark, articleId }, act) => {
      if (mark === null) {
        await db.query(
          `delete from gap_mark where locale = $2 and key in (select jsonb_array_elements_text($1::jsonb))`,
          [JSON.stringify(keys), locale],
        );
        return;
      }
      await db.query(
        `insert into gap_mark (key, locale, mark, article_id, by_id, at)
         select key, $2, $3, $4, $5, $6 from jsonb_array_elements_text($1::jsonb) as key
         on conflict (key, locale) do update set mark = excluded.mark, article_id = excluded.article_id, by_id = excluded.by_id, at = excluded.at`,
        [JSON.stringify([...new Set(keys)]), locale, mark, articleId, act.actorId, act.now.toISOString()],
      );
    },
  };
}
