/** `npm run bench -- NAME [options]`: each bench prints a table, or one JSON object with --json. */
import { benchAnswers } from './answers.ts';
import { benchEmailFuzz } from './email-fuzz.ts';
import { benchTurns } from './turns.ts';
import { benchWeChatAck } from './wechat-ack.ts';
import { benchWeChatFuzz } from './wechat-fuzz.ts';

const BENCHES: Record<string, (args: string[]) => Promise<void>> = {
  answers: benchAnswers,
  'email-fuzz': benchEmailFuzz,
  turns: benchTurns,
  'wechat-ack': benchWeChatAck,
  'wechat-fuzz': benchWeChatFuzz,
};

const [name = '', ...args] = process.argv.slice(2);
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (bench) await bench(args);
else {
  process.stderr.write(`Name a bench: ${Object.keys(BENCHES).join(', ')}\n`);
  process.exitCode = 2;
}
