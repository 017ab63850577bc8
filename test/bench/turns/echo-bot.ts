/** The peer: Microsoft's echo bot on botbuilder and express with MemoryStorage. Nothing it is told survives it. */
import type { AddressInfo } from 'node:net';
import {
  ActivityHandler,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  ConversationState,
  MemoryStorage,
} from 'botbuilder';
import express from 'express';

const conversationState = new ConversationState(new MemoryStorage());
const count = conversationState.createProperty<number>('count');

class EchoBot extends ActivityHandler {
  constructor() {
    super();
    this.onMessage(async (context, next) => {
      await count.set(context, (await count.get(context, 0)) + 1);
      await context.sendActivity(`Echo: ${context.activity.text}`);
      await conversationState.saveChanges(context);
      await next();
    });
  }
}

const adapter = new CloudAdapter(new ConfigurationBotFrameworkAuthentication({}));
const bot = new EchoBot();
const app = express();
app.use(express.json());
app.post('/api/messages', (request, response) =>
  adapter.process(request, response as never, (context) => bot.run(context)),
);
const server = app.listen(0, '127.0.0.1', () => {
  process.stdout.write(`ready http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.on('SIGTERM', () => process.exit(0));
