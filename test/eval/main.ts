import { evaluateAnswers } from './answers.ts';
import { makeBackground } from './background.ts';
import { evaluateEmailKinds } from './email-kinds.ts';
import { evaluateEmailReplies } from './email-replies.ts';
import { evaluateGolden } from './golden.ts';

/** `npm run eval -- <name> [options]`: measures answer quality; prints a table or JSON and nothing else. */

const EVALUATIONS: Record<string, (arguments_: string[]) => string | Promise<string>> = {
  answers: evaluateAnswers,
  background: makeBackground,
  'email-kinds': evaluateEmailKinds,
  'email-replies': evaluateEmailReplies,
  golden: evaluateGolden,
};

const [name = '', ...rest] = process.argv.slice(2);
const evaluate = EVALUATIONS[name];
if (evaluate === undefined) {
  process.stderr.write(`Unknown evaluation "${name}". There are: ${Object.keys(EVALUATIONS).join(', ')}\n`);
  process.exitCode = 2;
} else {
  try {
    process.stdout.write(`${await evaluate(rest)}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
