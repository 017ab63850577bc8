/** The whole app behind a network that can be cut, for clients of the web channel. */
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { readConfig } from '../../src/config.ts';
import { type Overrides, wire } from '../../src/wire.ts';
import { type Network, openNetwork } from './direct-line.ts';
import { SHOP_ORIGIN } from './direct-line-bare.ts';

export type App = {
  /** Of Direct Line, as the public reaches it: through the network. */
  base: string;
  origin: string;
  secret: string;
  network: Network;
  /** Closes the app and opens it again on the same data, on another port behind the same network. */
  restart(): Promise<void>;
  /** A colleague writes a note that no customer may see. */
  note(conversationId: string): Promise<void>;
  noteText: string;
  /** A colleague (7, 小李) types. */
  agentTypes(conversationId: string): void;
  close(): Promise<void>;
};

export async function openApp(overrides: Overrides = {}): Promise<App> {
  const network = await openNetwork();
  const origin = `http://127.0.0.1:${network.port}`;
  const dataDir = mkdtempSync(join(tmpdir(), 'zhike-web-'));
  const secret = 'kL0vmB2xR8sQ4wTnZ6yHcJ1f';
  const config = readConfig({
    PORT: '0',
    PUBLIC_URL: origin,
    DATA_DIR: dataDir,
    DIRECTLINE_SECRET: secret,
    WEB_ORIGINS: SHOP_ORIGIN,
    LOG_LEVEL: 'silent',
    BURST_WINDOW_MS: '0',
  });
  const open = async () => {
    const opened = await wire(config, overrides);
    await opened.listen(0);
    network.to((opened.server.address() as AddressInfo).port);
    return opened;
  };
  let app = await open();
  const noteText = 'between colleagues: a difficult customer';
  const email = `${v7()}@shop.test`;
  const author = await app.store.agents.create({ id: v7(), email, name: '小李', role: 'agent', locale: 'zh-CN' });
  return {
    base: `${origin}/v3/directline`,
    origin,
    secret,
    network,
    noteText,
    async restart() {
      await app.close();
      app = await open();
    },
    async note(conversationId) {
      await app.desk.note(author, conversationId, { text: noteText, clientId: v7() });
    },
    agentTypes(conversationId) {
      app.live.publish({ kind: 'typing', conversationId, author: 'agent', authorId: '7', name: '小李' });
    },
    async close() {
      await app.close();
      await network.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
