import { createRequire } from 'node:module';
import * as z from 'zod';

/** NLP.js as an intent classifier. The packages carry no types: what comes back is parsed. */

const require = createRequire(import.meta.url);
const result = z.object({ classifications: z.array(z.object({ intent: z.string(), score: z.number() })) });

type Manager = {
  settings: Record<string, unknown>;
  addLanguage(language: string): void;
  addDocument(language: string, text: string, intent: string): void;
  train(): Promise<void>;
  process(language: string, text: string): Promise<unknown>;
};
type Container = {
  use(plugin: unknown): void;
  get(name: 'nlp'): Manager;
  registerConfiguration(tag: string, settings: Record<string, unknown>, isSingleton: boolean): void;
};

/** The library's own defaults, without a line on standard output for every epoch. */
const QUIET = {
  keepStopwords: true,
  nonefeatureValue: 1,
  nonedeltaMultiplier: 1.2,
  spellCheck: false,
  spellCheckDistance: 1,
  filterZeros: true,
  log: false,
};

/** Trains on the documents; the function gives the classes of a text with their scores, best first. */
export async function buildNlp(
  language: 'zh' | 'en',
  documents: readonly { text: string; intent: string }[],
): Promise<(text: string) => Promise<{ id: string; score: number }[]>> {
  const { containerBootstrap }: { containerBootstrap(): Promise<Container> } = require('@nlpjs/core');
  const container = await containerBootstrap();
  container.use(require('@nlpjs/nlp').Nlp);
  container.use(require('@nlpjs/lang-en-min').LangEn);
  container.use(require('@nlpjs/lang-zh').LangZh);
  container.registerConfiguration(`nlu-${language}`, QUIET, true);
  const manager = container.get('nlp');
  Object.assign(manager.settings, { autoSave: false, log: false, forceNER: false });
  manager.addLanguage(language);
  for (const { text, intent } of documents) manager.addDocument(language, text, intent);
  await silently(async () => {
    await manager.train();
    await manager.process(language, 'ok');
  });
  return async (text) => {
    const { classifications } = result.parse(await manager.process(language, text));
    return classifications.map(({ intent, score }) => ({ id: intent, score }));
  };
}

/** Its Chinese tokenizer announces itself on standard output, where the bench's own result belongs. */
async function silently(work: () => Promise<void>): Promise<void> {
  const { log } = console;
  console.log = () => undefined;
  try {
    await work();
  } finally {
    console.log = log;
  }
}
