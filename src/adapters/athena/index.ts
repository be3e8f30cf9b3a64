import { randomUUID } from 'node:crypto';
import type { Adapter, Dialect } from '../../core/adapter.js';
import { success, type Result } from '../../core/result.js';
import { readCatalog } from './catalog.js';
import { openAthenaClient, type AthenaClient } from './client/open-client.js';
import { athenaCapabilities, type AthenaConfig } from './config.js';
import { planJournal, removeStaged, writeJournal, type Journal } from './journal.js';
import { readCatalogId } from './read-catalog-id.js';
import { createRunContext } from './run-context.js';
import { openSession } from './session.js';

export {
  athenaCapabilities,
  athenaTargetType,
  toAthenaConfig,
  type AthenaConfig,
} from './config.js';
export { stagedSuffix } from './run-context.js';

/** What an adapter is opened with. */
export interface OpenAthenaOptions {
  readonly dialect: Dialect;
  /** The project's name: what it makes is marked with it. */
  readonly project: string;
  /** Names what the run records of itself; a new one if left out. */
  readonly invocationId?: string;
  /** Opened from the configuration if left out. */
  readonly client?: AthenaClient;
}

/** Returns the client of a lakehouse. */
export function openClientOf({ region, profile, endpoint, catalogId }: AthenaConfig): AthenaClient {
  return openAthenaClient({ region, profile, endpoint, catalogId });
}

/**
 * Opens a lakehouse on Athena, Glue and S3. Nothing is asked of AWS before the first call, so nothing can fail here.
 * The adapter serves one run.
 */
export function openAthena(
  config: AthenaConfig,
  { dialect, project, invocationId: given, client = openClientOf(config) }: OpenAthenaOptions,
): Promise<Result<Adapter>> {
  const invocationId = given ?? randomUUID();
  const context = createRunContext({ config, client, project, invocationId });
  let journal: Journal | undefined;
  let catalogId: Awaited<ReturnType<typeof readCatalogId>> | undefined;
  const adapter: Adapter = {
    name: 'athena',
    dialect,
    capabilities: athenaCapabilities,
    threads: config.threads,
    database: config.catalog,
    readCatalog: async (schemas, others) => {
      // A run asks for it before its first act: the ways to both services are gone side by side.
      const id = given === undefined ? undefined : readCatalogId(client, config);
      const [catalog, read] = await Promise.all([readCatalog(context, schemas, others), id]);
      catalogId = read;
      return catalog;
    },
    beginRun: async (plan, signal) => {
      const empty = planJournal(plan, context, { now: Date.now(), catalog: null });
      // A run of tests alone leaves nothing behind.
      if (empty.staged.length === 0) return success(undefined);
      // Without it the run goes on, and `gc` leaves alone what it leaves behind.
      const catalog = catalogId ?? (await readCatalogId(client, config, { signal }));
      const planned = { ...empty, catalog: catalog.ok ? catalog.value : null };
      const written = await writeJournal(context, planned, signal);
      if (written.ok) journal = planned;
      return written;
    },
    endRun: async () => {
      const problems = await removeStaged(context);
      if (journal === undefined) return problems;
      const finished = { ...journal, finishedAt: new Date().toISOString() };
      const written = await writeJournal(context, finished);
      // A journal that stays open keeps `gc` from nothing: it waits for the grace time in any case.
      return [
        ...problems,
        ...written.diagnostics.map((each) => ({ ...each, severity: 'warning' as const })),
      ];
    },
    openSession: (options) =>
      Promise.resolve(openSession(context, options?.uniqueId ?? `session.${project}`)),
    close: async () => {
      // Sessions without a run (tests of the adapter, previews) leave nothing behind either.
      await removeStaged(context);
      client.close();
    },
  };
  return Promise.resolve(success(adapter));
}
