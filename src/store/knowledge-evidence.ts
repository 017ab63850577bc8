/** What shows whether articles are right: golden questions, what was really asked and answered, what readers thought. */
import type { ArticleKey } from '../domain/article.ts';
import type { Locale } from '../domain/locale.ts';
import type { Act } from './knowledge.ts';
import type { Db } from './sql.ts';

export type GoldenQuestion = { id: string; locale: Locale; text: string; articleId: string | null };
/** One row of the answer log with the place it was said at. */
export type LoggedAnswer = {
  conversationId: string;
  seq: number;
  at: string;
  question: string;
  decision: 'answer' | 'clarify' | 'abstain';
  confidence: number;
  articleId: string | null;
  articleVersion: number | null;
  top: { id: string; score: number }[];
  engine: string;
};
export type Usage = { id: string; locale: Locale; answers: number; helpful: number; unhelpful: number };
export type DayOfAnswers = {
  day: string;
  answer: number;
  clarify: number;
  abstain: number;
  helpful: number;
  unhelpful: number;
};
/** `targetWrong` null: as configured. */
export type KnowledgePolicy = { targetWrong: number | null; fourEyes: boolean };

export type EvidenceStore = {
  /** Brings seeded golden questions up to date; those that a person removed stay away, what a person pinned stays. */
  seedGolden(questions: readonly Omit<GoldenQuestion, 'id'>[], newId: () => string, now: Date): Promise<void>;
  golden(article?: ArticleKey): Promise<GoldenQuestion[]>;
  /** The same text again is moved to the given article. */
  addGolden(question: GoldenQuestion, act: Act): Promise<GoldenQuestion>;
  removeGolden(id: string, act: Act): Promise<boolean>;
  /** The newest distinct questions of customers, newest first. */
  recentQuestions(limit: number): Promise<{ text: string; locale: Locale; times: number }[]>;
  /** What was decided for the turn that ended before this message. */
  answersBefore(conversationId: string, seq: number): Promise<LoggedAnswer[]>;
  usage(since: Date): Promise<Usage[]>;
  quality(since: Date): Promise<DayOfAnswers[]>;
  addFeedback(article: ArticleKey & { version: number }, helpful: boolean, now: Date): Promise<void>;
  policy(): Promise<KnowledgePolicy>;
  setPolicy(policy: KnowledgePolicy): Promise<void>;
};

const POLICY_KEY = 'knowledge.policy';
const NO_POLICY: KnowledgePolicy = { targetWrong: null, fourEyes: false };
const GOLDEN = `id, locale, text, article_id as "articleId"`;

export function createEvidenceStore(db: Db): EvidenceStore {
  return {
    seedGolden: async (questions, newId, now) => {
      await db.query(
        `insert into golden_question (id, locale, text, article_id, seeded, at)
         select distinct on (q.locale, q.text) q.id, q.locale, q.text, q."articleId", true, $2::timestamptz
           from jsonb_to_recordset($1::jsonb) as q(id uuid, locale text, text text, "articleId" text)
         on conflict (locale, text) do update set article_id = excluded.article_id
          where golden_question.seeded and golden_question.article_id is distinct from excluded.article_id`,
        [JSON.stringify(questions.map((question) => ({ id: newId(), ...question }))), now.toISOString()],
      );
    },
    golden: (article) =>
      article
        ? db.query<GoldenQuestion>(
            `select ${GOLDEN} from golden_question where removed_at is null and article_id = $1 and locale = $2 order by at, id`,
            [article.id, article.locale],
          )
        : db.query<GoldenQuestion>(`select ${GOLDEN} from golden_question where removed_at is null order by at, id`),
    addGolden: async ({ id, locale, text, articleId }, act) => {
      const [row] = await db.query<GoldenQuestion>(
        `insert into golden_question (id, locale, text, article_id, seeded, by_id, at) values ($1, $2, $3, $4, false, $5, $6)
         on conflict (locale, text) do update set article_id = excluded.article_id, seeded = false, by_id = excluded.by_id,
           removed_at = null returning ${GOLDEN}`,
        [id, locale, text, articleId, act.actorId, act.now.toISOString()],
      );
      if (!row) throw new Error('the golden question was not kept');
      return row;
    },
    removeGolden: async (id, act) =>
      (
        await db.query(
          `update golden_question set removed_at = $2, by_id = $3 where id = $1 and removed_at is null returning id`,
          [id, act.now.toISOString(), act.actorId],
        )
      ).length > 0,
    addFeedback: async ({ id, locale, version }, helpful, now) => {
      await db.query(`insert into article_feedback (id, locale, version, helpful, at) values ($1, $2, $3, $4, $5)`, [
        id,
        locale,
        version,
        helpful,
        now.toISOString(),
      ]);
    },
    policy: async () => {
      const [row] = await db.query<{ value: Partial<KnowledgePolicy> }>(`select value from setting where key = $1`, [
        POLICY_KEY,
      ]);
      return { ...NO_POLICY, ...row?.value };
    },
    setPolicy: async (policy) => {
      await db.query(
        `insert into setting (key, value) values ($1, $2::jsonb) on conflict (key) do update set value = excluded.value returning key`,
        [POLICY_KEY, JSON.stringify(policy)],
      );
    },
    ...answerReading(db),
  };
}

function answerReading(db: Db): Pick<EvidenceStore, 'recentQuestions' | 'answersBefore' | 'usage' | 'quality'> {
  return {
    recentQuestions: (limit) =>
      db.query(
        `select question as text, locale, count(*) as times from (
           select l.question, c.locale, l.at from answer_log l join conversation c on c.id = l.conversation_id
            order by l.at desc limit $1) as recent
          group by question, locale order by max(at) desc`,
        [limit],
      ),
    answersBefore: (conversationId, seq) =>
      db.query<LoggedAnswer>(
        `select conversation_id as "conversationId", seq, at, question, decision, confidence, article_id as "articleId",
           article_version as "articleVersion", top, engine from answer_log
          where conversation_id = $1 and seq = (select max(seq) from answer_log where conversation_id = $1 and seq < $2)
            and not exists (select 1 from activity a where a.conversation_id = $1 and a.seq > answer_log.seq and a.seq < $2
              and a.author_kind = 'customer' and a.body ->> 'type' = 'message') order by n`,
        [conversationId, seq],
      ),
    usage: (since) =>
      db.query<Usage>(
        `select id, locale, sum(answers) as answers, sum(helpful) as helpful, sum(unhelpful) as unhelpful from (
           select l.article_id as id, c.locale, count(*)::int as answers, 0 as helpful, 0 as unhelpful
             from answer_log l join conversation c on c.id = l.conversation_id where l.at >= $1 and l.article_id is not null group by 1, 2
           union all
           select id, locale, 0, count(*) filter (where helpful)::int, count(*) filter (where not helpful)::int
             from article_feedback where at >= $1 group by 1, 2) as both_kinds group by id, locale`,
        [since.toISOString()],
      ),
    quality: (since) =>
      db.query<DayOfAnswers>(
        `select day, sum(answer) as answer, sum(clarify) as clarify, sum(abstain) as abstain, sum(helpful) as helpful, sum(unhelpful) as unhelpful from (
           select to_char(at, 'YYYY-MM-DD') as day, count(*) filter (where decision = 'answer')::int as answer,
             count(*) filter (where decision = 'clarify')::int as clarify, count(*) filter (where decision = 'abstain')::int as abstain,
             0 as helpful, 0 as unhelpful from answer_log where at >= $1 group by 1
           union all
           select to_char(at, 'YYYY-MM-DD'), 0, 0, 0, count(*) filter (where helpful)::int, count(*) filter (where not helpful)::int
             from article_feedback where at >= $1 group by 1) as days group by day order by day`,
        [since.toISOString()],
      ),
  };
}
