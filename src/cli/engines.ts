import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  duckDbCapabilities,
  duckDbTargetType,
  isInMemory,
  toDuckDbConfig,
} from '../adapters/duckdb/config.js';
import type { Adapter, Capabilities, Dialect } from '../core/adapter.js';
import type { ConfigEntries } from '../core/node-config.js';
import type { Project, Target } from '../core/project.js';
import type { Result } from '../core/result.js';
import type { SqlToolkit } from '../core/sql-toolkit.js';
import type { TargetType } from '../core/target-type.js';

/** Where a target is, and what its commands may do to it. */
export interface WarehouseRequest {
  /** The project's name. */
  readonly name: string;
  readonly target: Target;
  /** Absolute path of the project folder. */
  readonly root: string;
}

/** What the commands need of an engine before it is opened. Its code is loaded when it is used, not before. */
export interface Engine {
  readonly targetType: TargetType;
  readonly capabilities: Capabilities;
  /** The warehouse is reached over a network: commands that run nothing look at it only if they must. */
  readonly remote: boolean;
  /** Returns what follows a relation's name while a run builds it. */
  readonly stagedSuffix: (invocationId: string) => string;
  readonly createDialect: (toolkit: SqlToolkit) => Promise<Dialect>;
  /**
   * Opens the warehouse. `scratch` opens one in memory that ends with the process.
   * Codes: `connection-failed`, `warehouse-locked`, `disk-full`.
   */
  readonly open: (
    request: WarehouseRequest,
    options: {
      readonly dialect: Dialect;
      readonly mode: 'write' | 'read' | 'scratch';
      /** Names what the run records of itself; a new one if left out. */
      readonly invocationId?: string;
    },
  ) => Promise<Result<Adapter>>;
  /** Returns the absolute path of the warehouse's file; `undefined` if it is not a file. */
  readonly warehouseFile: (request: Omit<WarehouseRequest, 'name'>) => string | undefined;
}

const duckDb: Engine = {
  targetType: duckDbTargetType,
  capabilities: duckDbCapabilities,
  remote: false,
  stagedSuffix: () => '__staged',
  createDialect: async (toolkit) => {
    const { createDuckDbDialect } = await import('../adapters/duckdb/dialect.js');
    return createDuckDbDialect(toolkit);
  },
  open: async ({ target, root }, { dialect, mode }) => {
    const { openDuckDb } = await import('../adapters/duckdb/index.js');
    const config = toDuckDbConfig(target, { root, readOnly: mode === 'read' });
    return openDuckDb(mode === 'scratch' ? { ...config, path: ':memory:' } : config, { dialect });
  },
  warehouseFile: ({ target, root }) => {
    const config = toDuckDbConfig(target, { root });
    return isInMemory(config) ? undefined : resolve(root, config.path);
  },
};

/** The engines that a target may name. A new one is a line here. */
const engines: readonly Engine[] = [duckDb];

/** The types of targets. */
export const targetTypes: readonly TargetType[] = engines.map(({ targetType }) => targetType);

/** The keys that models may have for one of the engines. */
export const adapterModelKeys: readonly string[] = [
  ...new Set(targetTypes.flatMap(({ modelKeys }) => Object.keys(modelKeys ?? {}))),
];

/** The target of a project that names none, as it would stand in `stedi_project.yml`. */
export const defaultTarget: ConfigEntries = {
  type: 'duckdb',
  path: 'target/warehouse.duckdb',
  threads: 4,
};

/** Returns the engine of a validated target. */
export function findEngine(target: Target): Engine {
  const found = engines.find(({ targetType }) => targetType.type === target.type);
  if (found === undefined) throw new Error(`no engine for the target type '${target.type}'`);
  return found;
}

/** Returns whether the project's warehouse is there, as far as that can be known without opening it. */
export function warehouseExists({ target, root }: Pick<Project, 'target' | 'root'>): boolean {
  const file = findEngine(target).warehouseFile({ target, root });
  return file === undefined || existsSync(file);
}
