import { apiDiagnostic } from './client/api-failure.js';
import { parseS3Location, type S3Location } from './client/s3-files.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import type { Plan } from '../../core/plan.js';
import { failure, success, type Result } from '../../core/result.js';
import type { AthenaConfig } from './config.js';
import { readModelConfig } from './model-config.js';
import { runPrefix, shortRunId, stagedSuffix, tableName, type RunContext } from './run-context.js';

/**
 * What a run may leave behind, written before its first act: a run that is killed leaves nothing that is not listed here.
 * One object per run; `gc` reads them.
 */
export interface Journal {
  readonly version: 1;
  readonly project: string;
  readonly invocation: string;
  /** The Glue catalog that its tables are in, from `readCatalogId`; `null` if the run could not find out. */
  readonly catalog: string | null;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** Tables that the run makes under names of its own. */
  readonly staged: readonly { readonly database: string; readonly name: string }[];
  /** What the addresses of all its files begin with: `s3://bucket/lake/trusted/customer/0a1b2c3d-`. */
  readonly prefixes: readonly string[];
}

/** Returns the folder of a project's journals, as `s3://…/.stedi-sql/<project>/runs/`. */
export function journalFolder({ dataDir }: AthenaConfig, project: string): string {
  return `${dataDir}.stedi-sql/${project}/runs/`;
}

/** Returns where a run's journal lies. */
export function journalLocation(
  config: AthenaConfig,
  { project, invocationId }: { readonly project: string; readonly invocationId: string },
): S3Location {
  const address = `${journalFolder(config, project)}${invocationId}.json`;
  const location = parseS3Location(address);
  if (location === undefined) throw new Error(`not a place in S3: ${address}`);
  return location;
}

/** Returns the journal of a run that is about to begin; `catalog` from `readCatalogId`. `now` in milliseconds since 1970 UTC. */
export function planJournal(
  plan: Plan,
  { project, invocationId, config }: Pick<RunContext, 'project' | 'invocationId' | 'config'>,
  { now, catalog }: { readonly now: number; readonly catalog: string | null },
): Journal {
  const staged = new Map<string, { readonly database: string; readonly name: string }>();
  const prefixes = new Set<string>();
  for (const { node, steps } of plan.nodes) {
    for (const step of steps) {
      if (step.kind === 'audit') {
        for (const { store } of step.tests) {
          if (store === undefined) continue;
          const name = tableName(store.staged);
          staged.set(`${name.database}.${name.name}`, name);
          prefixes.add(runPrefix(store.published, { invocationId, dataDir: config.dataDir }));
        }
      }
      if (!('staged' in step)) continue;
      const name = tableName(step.staged);
      staged.set(`${name.database}.${name.name}`, name);
      if (!('relation' in node)) continue;
      const { dataDir = config.dataDir } = readModelConfig(node).storage;
      prefixes.add(runPrefix(node.relation, { invocationId, dataDir }));
    }
  }
  return {
    version: 1,
    project,
    invocation: invocationId,
    catalog,
    startedAt: new Date(now).toISOString(),
    finishedAt: null,
    staged: [...staged.values()],
    prefixes: [...prefixes],
  };
}

/**
 * Returns a journal that was read, or `undefined` for an object that is none, or not one of this version. Names and prefixes
 * that a run cannot have given itself are left out: nothing is ever removed on the word of a damaged journal.
 */
export function readJournal(value: unknown): Journal | undefined {
  const journal = value as Partial<Journal> | null;
  const isOurs =
    typeof journal === 'object' &&
    journal?.version === 1 &&
    typeof journal.project === 'string' &&
    typeof journal.invocation === 'string' &&
    (typeof journal.catalog === 'string' || journal.catalog === null) &&
    !Number.isNaN(Date.parse(journal.startedAt ?? '')) &&
    (journal.finishedAt === null || !Number.isNaN(Date.parse(journal.finishedAt ?? ''))) &&
    Array.isArray(journal.staged) &&
    Array.isArray(journal.prefixes);
  if (!isOurs) return undefined;
  const { invocation, staged, prefixes, ...rest } = journal as Journal;
  const suffix = stagedSuffix(invocation);
  const folder = `/${shortRunId(invocation)}-`;
  return {
    ...rest,
    invocation,
    staged: staged.filter(({ name }) => name.endsWith(suffix)),
    prefixes: prefixes.filter(
      (prefix) => /^s3:\/\/[^/]+\/./.test(prefix) && prefix.endsWith(folder),
    ),
  };
}

/** Writes a journal; a run does so before its first act and after its last. Codes: those of a call to S3. */
export async function writeJournal(
  {
    client,
    config,
    project,
    invocationId,
  }: Pick<RunContext, 'client' | 'config' | 'project' | 'invocationId'>,
  journal: Journal,
  signal?: AbortSignal,
): Promise<Result<void>> {
  const at = journalLocation(config, { project, invocationId });
  const written = await client.files.putJson(at, journal, { signal });
  return written.ok ? success(undefined) : failure([apiDiagnostic(written.error)]);
}

/** Removes the entries of what the run staged; their files, unless published, are left to `gc`. Returns what went wrong. */
export async function removeStaged({ client, staged }: RunContext): Promise<readonly Diagnostic[]> {
  const byDatabase = new Map<string, string[]>();
  for (const relation of staged.values()) {
    const { database, name } = tableName(relation);
    byDatabase.set(database, [...(byDatabase.get(database) ?? []), name]);
  }
  const results = await Promise.all(
    [...byDatabase].map(async ([database, names]): Promise<readonly Diagnostic[]> => {
      const removed = await client.tables.deleteTables(database, names);
      if (!removed.ok) return [leftOver(apiDiagnostic(removed.error))];
      return removed.value.map(({ name, code, message }) =>
        leftOver({
          code: 'engine-error',
          severity: 'warning',
          message: `the table ${database}.${name}, which the run made, could not be removed: ${code}: ${message}`,
        }),
      );
    }),
  );
  staged.clear();
  return results.flat();
}

/** What is left over does no harm: nobody reads it, and the journal names it. */
function leftOver(diagnostic: Diagnostic): Diagnostic {
  return { ...diagnostic, severity: 'warning', hint: "run 'stedi-sql gc --apply' later" };
}
