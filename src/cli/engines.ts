import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { athenaCapabilities, athenaTargetType, toAthenaConfig } from '../adapters/athena/config.js';
import { stagedSuffix } from '../adapters/athena/run-context.js';
import {
  duckDbCapabilities,
  duckDbTargetType,
  isInMemory,
  toDuckDbConfig,
} from '../adapters/duckdb/config.js';
import type { Adapter, Capabilities, Dialect, NativeSql, QueryBinder } from '../core/adapter.js';
import type { Diagnostic } from '../core/diagnostic.js';
import type { ConfigEntries } from '../core/node-config.js';
import type { Operations } from '../core/operations.js';
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

/** In which SQL the project is written that a dialect is for. */
export interface DialectOptions {
  /** In the engine's own. */
  readonly isNative: boolean;
  /** For an engine whose own SQL gives another result at times: that is a warning. */
  readonly warnsOfDifferences: boolean;
}

/** What reading a project needs that is written in an engine's own SQL. */
export interface NativeLanguage {
  /** The prefixes of macros that `adapter.dispatch` tries before `default`. */
  readonly dialects: readonly string[];
  /** dbt's macros that are written otherwise, as in `dbtMacroTexts`. */
  readonly macroTexts: Readonly<Record<string, string>>;
  readonly readType: NativeSql['readType'];
}

/** What the commands need of an engine before it is opened. Its code is loaded when it is used, not before. */
export interface Engine {
  readonly targetType: TargetType;
  readonly capabilities: Capabilities;
  /** The warehouse is reached over a network: commands that run nothing look at it only if they must. */
  readonly remote: boolean;
  /** Returns what follows a relation's name while a run builds it. */
  readonly stagedSuffix: (invocationId: string) => string;
  /** With the target, the dialect also knows what the target cannot write. */
  readonly createDialect: (
    toolkit: SqlToolkit,
    target?: Target,
    options?: DialectOptions,
  ) => Promise<Dialect>;
  /** Opens an engine that tells the columns of queries in its own SQL; it touches no warehouse. */
  readonly openBinder?: (
    request: Pick<WarehouseRequest, 'target' | 'root'>,
  ) => Promise<QueryBinder>;
  /** Returns what reading projects in the engine's own SQL needs, where they may be written in it. */
  readonly loadNativeLanguage?: () => Promise<NativeLanguage>;
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
  /** Returns what other commands can do with an engine that is not on this machine; the others have none. */
  readonly operate?: (request: WarehouseRequest) => Promise<Operations>;
  /** Returns the absolute path of the warehouse's file; `undefined` if it is not a file. */
  readonly warehouseFile: (request: Omit<WarehouseRequest, 'name'>) => string | undefined;
}

const duckDb: Engine = {
  targetType: duckDbTargetType,
  capabilities: duckDbCapabilities,
  remote: false,
  stagedSuffix: () => '__staged',
  createDialect: async (toolkit, target, options) => {
    if (options?.isNative === true) {
      const { createNativeDialect } = await import('../adapters/duckdb/native/native-dialect.js');
      const externalRoot = target?.options['external_root'];
      return createNativeDialect(typeof externalRoot === 'string' ? { externalRoot } : {});
    }
    const { createDuckDbDialect } = await import('../adapters/duckdb/dialect.js');
    return createDuckDbDialect(toolkit, {
      warnsOfDifferences: options?.warnsOfDifferences === true,
    });
  },
  openBinder: async ({ target, root }) => {
    const { openBinder } = await import('../adapters/duckdb/native/open-binder.js');
    return openBinder({ ...toDuckDbConfig(target, { root }), database: target.database, root });
  },
  loadNativeLanguage: async () => {
    const [{ nativeMacroTexts }, { readNativeType }] = await Promise.all([
      import('../adapters/duckdb/native/native-macro-texts.js'),
      import('../adapters/duckdb/native/native-type.js'),
    ]);
    return { dialects: ['duckdb'], macroTexts: nativeMacroTexts, readType: readNativeType };
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

/**
 * What a translation says that is so on Athena too. That DuckDB cannot do something is none of it, and Athena may have
 * functions that the translation has never heard of.
 */
function asAthenaWould(diagnostic: Diagnostic): readonly Diagnostic[] {
  switch (diagnostic.code) {
    case 'sql-type-mismatch':
    case 'column-not-found':
      return [diagnostic];
    case 'function-unknown':
      return [{ ...diagnostic, severity: 'warning' }];
    default:
      return [];
  }
}

const athena: Engine = {
  targetType: athenaTargetType,
  capabilities: athenaCapabilities,
  remote: true,
  stagedSuffix,
  createDialect: async (toolkit, target) => {
    const [{ createAthenaDialect }, { createDuckDbDialect }] = await Promise.all([
      import('../adapters/athena/dialect.js'),
      import('../adapters/duckdb/dialect.js'),
    ]);
    // Translating a query finds out the types of its columns, and what Athena would refuse of it.
    const translator = createDuckDbDialect(toolkit);
    const config = target && toAthenaConfig(target);
    return createAthenaDialect(toolkit, {
      ...(config && {
        catalog: config.catalog,
        dataDir: config.dataDir,
        stageAhead: config.stageAhead,
      }),
      analyse: (sql, options) => {
        const { diagnostics, ...translated } = translator.translate(sql, options);
        return {
          ...(translated.ok && translated.value.columns && { columns: translated.value.columns }),
          diagnostics: diagnostics.flatMap(asAthenaWould),
        };
      },
    });
  },
  open: async ({ name, target }, { dialect, invocationId }) => {
    const { openAthena } = await import('../adapters/athena/index.js');
    return openAthena(toAthenaConfig(target), {
      dialect,
      project: name,
      ...(invocationId !== undefined && { invocationId }),
    });
  },
  operate: async ({ target }) => {
    const { createAthenaOperations } = await import('../adapters/athena/operations.js');
    return createAthenaOperations(toAthenaConfig(target));
  },
  warehouseFile: () => undefined,
};

/** The engines that a target may name. A new one is a line here. */
const engines: readonly Engine[] = [duckDb, athena];

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

/** The engine that unit tests run on, whatever the target: it needs nothing but this machine. */
export const embeddedEngine: Pick<Engine, 'createDialect'> & {
  /** Opens one in memory, with the settings of the target where it is of the same engine. Codes: `connection-failed`. */
  readonly open: (
    request: Pick<WarehouseRequest, 'target' | 'root'>,
    dialect: Dialect,
  ) => Promise<Result<Adapter>>;
} = {
  createDialect: duckDb.createDialect,
  open: async ({ target, root }, dialect) => {
    const { openDuckDb } = await import('../adapters/duckdb/index.js');
    const isSame = target.type === duckDbTargetType.type && dialect.native !== undefined;
    const { session } = isSame ? toDuckDbConfig(target, { root }) : {};
    // Rows are given: nothing that is attached is read.
    const config = {
      path: ':memory:',
      root,
      ...(session && { session: { ...session, attach: [] } }),
    };
    return openDuckDb(config, { dialect });
  },
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
