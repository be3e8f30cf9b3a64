import { createHash } from 'node:crypto';
import type { Table } from '@aws-sdk/client-glue';
import type { EngineResult } from '../../core/adapter.js';
import type { UniqueId } from '../../core/node.js';
import { relationKey, type Relation } from '../../core/relation.js';
import type { AthenaClient } from './client/open-client.js';
import type { AthenaConfig } from './config.js';
import type { ModelStorage } from './model-config.js';

/** Who decides on the place of a new table. */
export interface TablePlacement {
  /** The workgroup does, and refuses a statement that says otherwise. */
  readonly choosesLocation: boolean;
}

/** What one run shares between its sessions. */
export interface RunContext {
  readonly config: AthenaConfig;
  readonly client: AthenaClient;
  /** The project's name: whose tables these are. */
  readonly project: string;
  readonly invocationId: string;
  /**
   * Glue's tables as the run last saw them, by `relationKey`; `VersionId` is what a switch expects. What the run itself
   * changed is not in here.
   */
  readonly seen: Map<string, Table>;
  /** Schemas whose tables were all read: what is not in `seen` was not there. Lower case. */
  readonly listed: Set<string>;
  /** Relations that were changed since, by `relationKey`: whoever needs one asks again. */
  readonly stale: Set<string>;
  /** Glue databases that are there, lower case. */
  readonly databases: Set<string>;
  /** Databases that a node is making, lower case, and how that ends. */
  readonly creating: Map<string, Promise<EngineResult<unknown>>>;
  /** What is known of workgroups, by name. */
  readonly placements: Map<string, TablePlacement>;
  /** Tables that the run made under names of its own, and removes when it ends, by `relationKey`. */
  readonly staged: Map<string, Relation>;
  /** Counts the statements of a node over all its sessions, from 0, so that each has a token of its own. */
  nextOrdinal(node: UniqueId): number;
  /** Returns a folder that no statement has written to: `s3://…/<schema>/<identifier>/<run>-<n>/`. */
  nextLocation(published: Relation, storage: Pick<ModelStorage, 'dataDir'>): string;
}

/** Returns the first eight hex digits of the sha256 of the invocation's id: the run's part of names and folders. */
export function shortRunId(invocationId: string): string {
  return createHash('sha256').update(invocationId).digest('hex').slice(0, 8);
}

/** Returns what follows a relation's name while a run builds it: `__staged_0a1b2c3d`. */
export function stagedSuffix(invocationId: string): string {
  return `__staged_${shortRunId(invocationId)}`;
}

/** Returns the folder of all builds of a relation: `s3://…/<schema>/<identifier>/`. */
export function relationFolder({ schema, identifier }: Relation, dataDir: string): string {
  return `${dataDir}${`${schema}/${identifier}`.toLowerCase()}/`;
}

/** Returns the beginning that all folders have in which a run builds a relation: `s3://…/<schema>/<identifier>/<run>-`. */
export function runPrefix(
  published: Relation,
  {
    invocationId,
    dataDir,
  }: {
    readonly invocationId: string;
    readonly dataDir: string;
  },
): string {
  return `${relationFolder(published, dataDir)}${shortRunId(invocationId)}-`;
}

/** Whether an address is a folder such as runs give the rows of this relation (`runPrefix`), whatever run of whatever project. */
export function isRunFolder(address: string | undefined, published: Relation): boolean {
  const [schema, name, folder] = (address ?? '').replace(/\/+$/u, '').split('/').slice(-3);
  return (
    schema === published.schema.toLowerCase() &&
    name === published.identifier.toLowerCase() &&
    /^[0-9a-f]{8}-[0-9]+$/u.test(folder ?? '')
  );
}

/** Returns the shared state of a new run. */
export function createRunContext(
  given: Pick<RunContext, 'config' | 'client' | 'project' | 'invocationId'>,
): RunContext {
  const ordinals = new Map<UniqueId, number>();
  const attempts = new Map<string, number>();
  function count<K>(counts: Map<K, number>, key: K): number {
    const next = (counts.get(key) ?? -1) + 1;
    counts.set(key, next);
    return next;
  }
  return {
    ...given,
    seen: new Map(),
    listed: new Set(),
    stale: new Set(),
    databases: new Set(),
    creating: new Map(),
    placements: new Map(),
    staged: new Map(),
    nextOrdinal: (node) => count(ordinals, node),
    nextLocation(published, { dataDir = given.config.dataDir }) {
      const { invocationId } = given;
      const attempt = count(attempts, relationKey(published));
      return `${runPrefix(published, { invocationId, dataDir })}${attempt}/`;
    },
  };
}

/** Returns a relation's name as Glue has it: in lower case. */
export function tableName({ schema, identifier }: Relation): {
  readonly database: string;
  readonly name: string;
} {
  return { database: schema.toLowerCase(), name: identifier.toLowerCase() };
}

/** Forgets what the run saw of a relation, because it has changed. */
export function forgetRelation({ seen, stale }: RunContext, relation: Relation): void {
  const key = relationKey(relation);
  seen.delete(key);
  stale.add(key);
}

const reads = /^\s*\(*\s*(?:SELECT|WITH|VALUES|TABLE)\b/iu;

/**
 * Forgets every relation that a statement of the project's own may have changed: each that it names, wherever it names it. To
 * ask once more for one that it only read costs a call.
 */
export function forgetNamed(context: RunContext, sql: string): void {
  if (reads.test(sql)) return;
  const words = new Set(sql.toLowerCase().match(/[\p{L}\p{N}_]+/gu));
  for (const [key, { Name = '' }] of [...context.seen]) {
    const named = Name.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
    if (!named.every((word) => words.has(word))) continue;
    context.seen.delete(key);
    context.stale.add(key);
  }
}
