/** The server as it ships, but for rate limits (one bench client is a thousand customers) and the words on standard output. */
import { configFromEnvironment } from '../../../src/config.ts';
import { wire } from '../../../src/wire.ts';

const many = { points: 10_000_000, seconds: 1 };
const app = await wire(configFromEnvironment(), {
  limits: { webMessage: many, webSession: many, refused: many },
});
process.on('SIGTERM', () => void app.close().then(() => process.exit(0)));
process.stdout.write(`ready ${await app.listen()}\n`);
