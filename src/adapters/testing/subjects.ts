import type { Adapter } from '../../core/adapter.js';
import { openLakehouse } from '../athena/testing/lakehouse.js';
import { createFolder, valueOf } from '../duckdb/testing/warehouse.js';

/** An adapter that the conformance cases run on, in a project folder of its own. */
export interface Subject {
  readonly adapter: Adapter;
  /** Writes a file where landing files lie. */
  readonly write: (path: string, content: string | Buffer) => Promise<unknown>;
  /** Returns how a model names a folder in which such files are. */
  readonly location: (path: string) => string;
  /** How often a relation is published while somebody reads it. */
  readonly publishes: number;
  remove(): Promise<void>;
}

/** Every adapter has a line here. */
export const subjects: readonly { readonly name: string; readonly open: () => Promise<Subject> }[] =
  [
    {
      name: 'duckdb',
      open: async () => {
        const folder = createFolder();
        const adapter = valueOf(await folder.open());
        return {
          adapter,
          write: (path, content) => Promise.resolve(folder.write(path, content)),
          location: (path) => path,
          publishes: 200,
          remove: async () => {
            await adapter.close();
            folder.remove();
          },
        };
      },
    },
    {
      name: 'athena',
      open: async () => {
        const lakehouse = await openLakehouse();
        const { adapter } = await lakehouse.openRun('conformance');
        return {
          adapter,
          write: (path, content) =>
            lakehouse.emulator.objects.put('lake', path, Buffer.from(content)),
          location: (path) => `s3://lake/${path}`,
          // Each is a statement and several calls over the network.
          publishes: 40,
          remove: async () => {
            await adapter.close();
            await lakehouse.close();
          },
        };
      },
    },
  ];
