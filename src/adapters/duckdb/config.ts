import type { Capabilities } from '../../core/adapter.js';
import type { JsonValue } from '../../core/node.js';
import type { Target } from '../../core/project.js';
import type { TargetIssue, TargetType } from '../../core/target-type.js';
import { catalogName, inMemory, isReservedName } from './catalog-name.js';
import { externalModelKeys } from './native/external-file.js';
import { indexModelKeys } from './index-statements.js';
import { mergeModelKeys } from './merge-model-keys.js';
import { duckDbProfileRules } from './profile-rules.js';
import { readProfileSession, type ProfileSession } from './profile-session.js';

/** Where the warehouse lies and how it is opened. */
export interface DuckDbConfig {
  /** The database file, absolute or relative to `root`; `:memory:` for one that ends with the process. */
  readonly path: string;
  /** The folder that relative paths (of the database and of landing files) start from; the working directory if left out. */
  readonly root?: string;
  /** How many nodes may run at once; 4 if left out. DuckDB itself uses all cores. */
  readonly threads?: number;
  /** The most memory DuckDB may use, such as `2GB`; four fifths of the machine's if left out. */
  readonly memoryLimit?: string;
  /** Open the file for reading only. Several processes may do so at once, as long as none writes. */
  readonly readOnly?: boolean;
  /** The catalog's name in SQL; that of the file if left out. */
  readonly database?: string;
  /** Settings, extensions and databases beside the warehouse, for a project in DuckDB's own SQL. */
  readonly session?: ProfileSession;
  /** Why there is nothing to open. */
  readonly unreachable?: string;
}

/** What DuckDB can do. */
export const duckDbCapabilities: Capabilities = {
  merge: true,
  deleteInsert: true,
  storesFailures: true,
  externalTables: true,
};

const defaultPath = 'target/warehouse.duckdb';
const defaultThreads = 4;

const memoryLimitPattern = '^[0-9]+(\\.[0-9]+)? ?([KMGT]i?B)$';

/** Returns whether the database ends with the process. */
export function isInMemory(config: DuckDbConfig): boolean {
  return config.path === inMemory;
}

/** Returns how many nodes may run at once. */
export function threadsOf(config: DuckDbConfig): number {
  return config.threads ?? defaultThreads;
}

/** Returns what opens the warehouse of a validated target. `root` is the project folder. */
export function toDuckDbConfig(
  target: Target,
  options: { readonly root: string; readonly readOnly?: boolean },
): DuckDbConfig {
  const { path, memory_limit: memoryLimit, unreachable } = target.options;
  const file = typeof path === 'string' ? path : defaultPath;
  const { session } = readProfileSession(target.options);
  const { attach, extensions, settings, configOptions } = session;
  const isPlain = [attach, extensions, settings, configOptions].every(
    (each) => Object.keys(each).length === 0,
  );
  return {
    path: file,
    root: options.root,
    threads: target.threads,
    ...(typeof memoryLimit === 'string' && { memoryLimit }),
    ...(options.readOnly !== undefined && { readOnly: options.readOnly }),
    ...(target.database !== catalogName(file) && { database: target.database }),
    ...(!isPlain && { session }),
    ...(typeof unreachable === 'string' && { unreachable }),
  };
}

function checkPath(path: JsonValue): TargetIssue | undefined {
  const issue = (message: string, hint: string): TargetIssue => ({
    path: ['path'],
    kind: 'invalid-value',
    message,
    hint,
  });
  if (typeof path !== 'string' || path.trim() === '') {
    return issue('expected the path of a database file', `such as ${defaultPath}`);
  }
  if (path === inMemory) return undefined;
  const name = catalogName(path);
  const rename = 'choose another file name, such as warehouse.duckdb';
  if (isReservedName(name)) {
    return issue('the file has a name that DuckDB keeps for a catalog of its own', rename);
  }
  if (!/^[A-Za-z0-9_-]+$/.test(name)) {
    return issue(
      "the file's name becomes the catalog's name in SQL: letters, digits, '_' and '-' only",
      rename,
    );
  }
  return undefined;
}

function checkMemoryLimit(limit: JsonValue): TargetIssue | undefined {
  if (typeof limit === 'string' && new RegExp(memoryLimitPattern).test(limit)) return undefined;
  return {
    path: ['memory_limit'],
    kind: 'invalid-value',
    message: 'expected an amount of memory with its unit',
    hint: 'such as 2GB or 512MB',
  };
}

/** The target type `duckdb`: the embedded engine, a database file. */
export const duckDbTargetType: TargetType = {
  type: 'duckdb',
  profile: duckDbProfileRules,
  modelKeys: { ...externalModelKeys, ...indexModelKeys, ...mergeModelKeys },
  validate(options) {
    const { path, memory_limit: memoryLimit } = options;
    return [
      path === undefined ? undefined : checkPath(path),
      memoryLimit === undefined ? undefined : checkMemoryLimit(memoryLimit),
    ].filter((each) => each !== undefined);
  },
  database: ({ path }) => catalogName(typeof path === 'string' ? path : defaultPath),
  publicKeys: ['path'],
  jsonSchemaProperties: {
    path: {
      type: 'string',
      minLength: 1,
      default: defaultPath,
      description:
        "The database file, relative to the project folder, or `:memory:`. Its name up to the first dot is the catalog's name in SQL.",
    },
    memory_limit: {
      type: 'string',
      pattern: memoryLimitPattern,
      description:
        "The most memory DuckDB may use, such as `2GB`. Default: four fifths of the machine's.",
    },
  },
};
