/** All of knowledge's API in one piece: articles, checks, the engine, gaps, imports and exports. */
import type { Router } from 'express';
import type { knowledgeRoutes } from '../../contract/knowledge.ts';
import type { Handlers } from '../bind.ts';
import type { ServerDeps } from '../deps.ts';
import { articleReading, articleWriting } from './articles.ts';
import type { ApiDeps } from './deps.ts';
import { gapHandlers } from './gaps.ts';
import { checkHandlers } from './knowledge-check.ts';
import { engineHandlers } from './knowledge-engine.ts';
import { exportRouter, importHandlers } from './knowledge-import.ts';
import { createOverview } from './knowledge-overview.ts';

type Deps = ApiDeps & Pick<ServerDeps, 'knowledge' | 'replay' | 'answerWrongBudget'>;

export function knowledgeApi(given: Deps): { handlers: Pick<Handlers, keyof typeof knowledgeRoutes>; router: Router } {
  const targetWrong = async () => (await given.store.knowledge.policy()).targetWrong ?? given.answerWrongBudget;
  const deps = { ...given, overview: createOverview(given), targetWrong };
  return {
    handlers: {
      ...articleReading(deps),
      ...articleWriting(deps),
      ...checkHandlers(deps),
      ...engineHandlers(deps),
      ...gapHandlers(deps),
      ...importHandlers(deps),
    },
    router: exportRouter(deps),
  };
}
