/** PGlite's file system with a real fsync: as shipped it has none, and a power cut would take acknowledged messages. */
import { fsyncSync } from 'node:fs';
import type { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

type InitOptions = Parameters<NodeFS['init']>[1];
type InitResult = Awaited<ReturnType<NodeFS['init']>>;
type Mod = { FS: { filesystems: { NODEFS: { stream_ops: { fsync?: (stream: { nfd?: number }) => number } } } } };

export class DurableNodeFS extends NodeFS {
  /** How many fsyncs ran; a start asserts that a commit raises it, so that an upgrade which moves the hook fails loudly. */
  syncs = 0;

  override async init(pg: PGlite, options: InitOptions): Promise<InitResult> {
    const out = await super.init(pg, options);
    const hook = (mod: unknown) => {
      (mod as Mod).FS.filesystems.NODEFS.stream_ops.fsync = (stream) => {
        if (stream.nfd !== undefined) {
          fsyncSync(stream.nfd);
          this.syncs++;
        }
        return 0;
      };
    };
    out.emscriptenOpts.preRun = [...(out.emscriptenOpts.preRun ?? []), hook];
    return out;
  }
}
