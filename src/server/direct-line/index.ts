/** A Direct Line 3.0 server: Microsoft's clients talk to it unchanged, and lose no message whatever breaks between. */
import type { Server } from 'node:http';
import express, { type Router } from 'express';
import { createTokens } from '../../channels/web/token.ts';
import { ZhikeError } from '../../domain/errors.ts';
import { createIntake } from '../intake.ts';
import { authenticate } from './access.ts';
import { mountActivities } from './activities.ts';
import { answerErrors, cors } from './answers.ts';
import { mountConversations } from './conversations.ts';
import { BASE_PATH, type DirectLineContext, TUNING, type Tuning, type WebDeps } from './deps.ts';
import { mountFiles } from './files.ts';
import { createHub } from './hub.ts';
import { createUpgrade, isOurs } from './upgrade.ts';

export type DirectLine = {
  /** Where the router is to be mounted, before anything that reads bodies. */
  path: string;
  router: Router;
  /** Takes the WebSocket upgrades below `/v3/directline`; all others are left to others. */
  attach(server: Server): void;
  /** Refuses new streams and closes the open ones, spread over some seconds. */
  drain(): Promise<void>;
};

export function createDirectLine(deps: WebDeps, tuning: Partial<Tuning> = {}): DirectLine {
  const tokens = createTokens({ keys: deps.keys.signing, clock: deps.clock, newId: deps.newId });
  const context: DirectLineContext = { ...deps, tokens, intake: createIntake(deps), tuning: { ...TUNING, ...tuning } };
  const router = express.Router();
  router.use(cors(context));
  mountConversations(router, context);
  mountActivities(router, context);
  mountFiles(router, context);
  /** Asked by Microsoft's client for sign-in cards only; any id of its own will do. */
  router.get('/session/getsessionid', async (request, response) => {
    await authenticate(context, request);
    response.json({ sessionId: context.newId() });
  });
  router.use(() => {
    throw new ZhikeError('NotFound');
  });
  router.use(answerErrors(context.log));

  const hub = createHub(context);
  const upgrade = createUpgrade(context, hub);
  let draining = false;
  return {
    path: BASE_PATH,
    router,
    attach(server) {
      server.on('upgrade', (request, socket, head) => {
        if (!isOurs(request)) return;
        if (draining) socket.destroy();
        else void upgrade(request, socket, head);
      });
    },
    drain() {
      draining = true;
      return hub.drain();
    },
  };
}
