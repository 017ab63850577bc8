/** Who may know whom: the layers of the house as rules. `domain <- knowledge, desk, aftersales <- bot, dialogs <- channels, store, llm, live <- server <- wire <- main`. */
import type { IFlattenedRuleSet } from 'dependency-cruiser';

const INNER = '^(src/(bot|knowledge|desk|aftersales)|dialogs)/';
const KERNEL = '^src/(domain/|ports[.]ts$)';

/** What reaches outside the process: only outer folders touch it. */
const OUTSIDE = [
  'express',
  'helmet',
  'sirv',
  'busboy',
  'ws',
  'pg',
  'pg-boss',
  'kysely',
  '@electric-sql/pglite',
  'ioredis',
  'rate-limiter-flexible',
  'openai',
  'undici',
  'imapflow',
  'nodemailer',
  'nock',
  'pino',
  'prom-client',
];
const packages = (names: string[]): string => `(^|/)node_modules/(${names.join('|')})/`;

export const layers: IFlattenedRuleSet = {
  forbidden: [
    {
      name: 'domain-alone',
      comment: 'src/domain imports zod and itself; of botframework-schema it may take types.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: ['^src/domain/', packages(['zod', 'botframework-schema'])] },
    },
    {
      name: 'ports-alone',
      comment: 'src/ports.ts speaks of the domain only.',
      severity: 'error',
      from: { path: '^src/ports[.]ts$' },
      to: { pathNot: '^src/domain/' },
    },
    {
      name: 'contract-alone',
      comment:
        'The web shares src/contract at run time, so it imports zod and itself; of the domain it may take types.',
      severity: 'error',
      from: { path: '^src/contract/' },
      to: { pathNot: ['^src/contract/', packages(['zod'])], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'contract-shapes-of-domain',
      comment: 'Types of the contract come from the domain and from nowhere else.',
      severity: 'error',
      from: { path: '^src/contract/' },
      to: { path: '^(src|dialogs)/', pathNot: '^src/(contract|domain)/' },
    },
    {
      name: 'inner-no-outside',
      comment: 'Inner folders reach the outside through src/ports.ts: no server, driver, model or network package.',
      severity: 'error',
      from: { path: INNER },
      to: { path: packages(OUTSIDE) },
    },
    {
      name: 'inner-no-network',
      comment: 'Inner folders open no socket, process or timer of their own.',
      severity: 'error',
      from: { path: `${INNER}|^src/domain/` },
      to: {
        dependencyTypes: ['core'],
        path: '^(node:)?(http|https|http2|net|tls|dgram|dns|child_process|cluster|worker_threads|timers|timers/promises|perf_hooks)$',
      },
    },
    {
      name: 'inner-no-outer-folder',
      comment: 'Inner folders do not know store, server, channels, models, live or the composition root.',
      severity: 'error',
      from: { path: INNER },
      to: { path: '^src/(store|server|channels|llm|live|contract|web)/|^src/[^/]+[.]ts$', pathNot: '^src/ports[.]ts$' },
    },
    {
      name: 'jobs-below-bot',
      comment: 'knowledge, desk and aftersales do their work without knowing the bot or its dialogs.',
      severity: 'error',
      from: { path: '^src/(knowledge|desk|aftersales)/' },
      to: { path: '^(src/bot|dialogs)/' },
    },
    {
      name: 'botbuilder-in-bot',
      comment: 'Only src/bot loads the Bot Framework SDK.',
      severity: 'error',
      from: { path: '^(src|dialogs)/', pathNot: '^src/bot/' },
      to: { path: packages(['botbuilder[^/]*']) },
    },
    {
      name: 'schema-as-types',
      comment: 'botframework-schema is taken as types outside src/bot: loading it costs 120 ms and 17 MB.',
      severity: 'error',
      from: { path: '^(src|dialogs)/', pathNot: '^src/bot/' },
      to: { path: packages(['botframework-schema']), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'channel-alone',
      comment:
        'A channel knows the domain, channel.ts, the ports and the contract; never another channel, the bot, the store or the server.',
      severity: 'error',
      from: { path: '^src/channels/([^/]+)/' },
      to: {
        path: '^(src|dialogs)/',
        pathNot: ['^src/channels/$1/', '^src/channels/channel[.]ts$', KERNEL, '^src/contract/'],
      },
    },
    {
      name: 'channel-contract-alone',
      comment: 'The contract of a channel and the list of channels know the domain, the ports and the channels.',
      severity: 'error',
      from: { path: '^src/channels/[^/]+[.]ts$' },
      to: { path: '^(src|dialogs)/', pathNot: ['^src/channels/', KERNEL] },
    },
    {
      name: 'channel-no-driver',
      comment: 'A channel keeps nothing and asks no model.',
      severity: 'error',
      from: { path: '^src/channels/' },
      to: { path: packages(['pg', 'pg-boss', 'kysely', '@electric-sql/pglite', 'openai', 'ioredis']) },
    },
    {
      name: 'dialog-kit-only',
      comment: 'Dialogs know the dialog kit, the domain and the ports.',
      severity: 'error',
      from: { path: '^dialogs/' },
      to: { path: '^src/', pathNot: ['^src/bot/dialog-kit[.]ts$', KERNEL] },
    },
    {
      name: 'dialog-alone',
      comment: 'A dialog does not know another dialog.',
      severity: 'error',
      from: { path: '^dialogs/([^/]+)/' },
      to: { path: '^dialogs/[^/]+/', pathNot: '^dialogs/$1/' },
    },
    {
      name: 'dialog-packages',
      comment: 'Of packages a dialog uses zod only.',
      severity: 'error',
      from: { path: '^dialogs/' },
      to: { path: '(^|/)node_modules/', pathNot: packages(['zod', 'botframework-schema']) },
    },
    {
      name: 'engines-alone',
      comment:
        'store, llm and live stand behind the ports: they do not load each other, channels, the bot or what is wired from them.',
      severity: 'error',
      from: { path: '^src/(store|llm|live)/' },
      to: {
        path: '^(src|dialogs)/',
        pathNot: ['^src/$1/', KERNEL, '^src/contract/'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'root-on-top',
      comment: 'wire.ts and main.ts know everybody; nobody but main.ts knows them.',
      severity: 'error',
      from: { pathNot: '^src/main[.]ts$' },
      to: { path: '^src/(wire|main)[.]ts$' },
    },
    {
      name: 'web-takes-contract',
      comment: 'The browser loads src/contract; of everything else on the server it may take types.',
      severity: 'error',
      from: { path: '^src/web/' },
      to: { path: '^(src|dialogs)/', pathNot: '^src/(web|contract)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'server-without-web',
      comment: 'The server knows the web as built files only.',
      severity: 'error',
      from: { path: '^(src|dialogs)/', pathNot: '^src/web/' },
      to: { path: '^src/web/' },
    },
    {
      name: 'no-tests-inside',
      comment: 'The product does not know its tests.',
      severity: 'error',
      from: { path: '^(src|dialogs)/' },
      to: { path: '^test/' },
    },
    {
      name: 'shipped-packages',
      comment: 'What the server loads is a dependency, not a tool of development.',
      severity: 'error',
      from: { path: '^(src|dialogs)/', pathNot: '^src/web/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'found',
      comment: 'Every import leads somewhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-cycle',
      comment: 'No module leads back to itself.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphan',
      comment: 'A module that nobody knows and that knows nobody has no place.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: ['^src/(main[.]ts|setup[.]mjs)$', '[.]d[.]ts$', '^src/web/build[.]ts$', '^src/web/[^/]+/public/'],
      },
      to: {},
    },
  ],
};
