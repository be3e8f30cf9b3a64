import type { JsonValue } from '../../core/node.js';
import type { ProfileRules, TargetIssue } from '../../core/target-type.js';
import { isMapping } from '../../core/is-mapping.js';
import { catalogName, inMemory, isReservedName } from './catalog-name.js';
import { readProfileSession, sessionKeys } from './profile-session.js';

type Output = Readonly<Record<string, JsonValue>>;

/** How a service and its formats are told from a file. */
const elsewhere: readonly (readonly [RegExp, string])[] = [
  [/^(?:md|motherduck):/iu, 'MotherDuck is a service that is not reached'],
  [/^ducklake:/iu, 'a DuckLake is not written'],
  [/^[a-z][a-z0-9+.-]+:\/\//iu, 'a warehouse is a file of this machine'],
];

/** Returns why the warehouse of an output cannot be opened, and the key that says so. */
function findObstacle({ path, remote }: Output): { key: string; reason: string } | undefined {
  if (remote != null) return { key: 'remote', reason: 'a server of DuckDB is not reached' };
  if (typeof path !== 'string' || path === inMemory) return undefined;
  const reason = elsewhere.find(([pattern]) => pattern.test(path))?.[1];
  if (reason !== undefined) return { key: 'path', reason };
  if (!isReservedName(catalogName(path))) return undefined;
  return { key: 'path', reason: 'the file has a name that DuckDB keeps for itself' };
}

/** Returns the name of the database that models are built in. */
function databaseOf({ database, path }: Output): string {
  if (typeof database === 'string') return database;
  // What follows a question mark may be a token.
  const [name = ''] = (typeof path === 'string' ? path : inMemory).split('?');
  const [, service] = /^\w+:(?=[^:])(.*)$/u.exec(name) ?? [];
  const stem = name === inMemory ? catalogName(inMemory) : catalogName(service ?? name);
  return stem === '' ? 'my_db' : stem;
}

/** It is the name of the file, or of a database that is attached. */
function checkDatabase(output: Output): readonly TargetIssue[] {
  const { database, attach, remote } = output;
  if (typeof database !== 'string' || remote != null) return [];
  const own = databaseOf({ ...output, database: null });
  const aliases = (Array.isArray(attach) ? (attach as readonly JsonValue[]) : []).map((each) =>
    isMapping(each) ? each['alias'] : undefined,
  );
  if (database === own || aliases.includes(database)) return [];
  const message = `'database' must be the name of the file, '${own}', or the alias of a database that is attached, found '${database}'`;
  return [{ path: ['database'], kind: 'invalid-value', message, hint: 'remove it' }];
}

const memorySettings: readonly string[] = ['max_memory', 'memory_limit'];

/** Returns the last limit of memory that is a plain amount; others the engine reads itself. */
function memoryLimitOf({ settings, config_options: config }: Output): Output {
  const all = [settings, config].filter(isMapping).flatMap((each) => Object.entries(each));
  const found = all.findLast(([name]) => memorySettings.includes(name))?.[1];
  return typeof found === 'string' && /^[0-9]/u.test(found) && !found.endsWith('%')
    ? { memory_limit: found }
    : {};
}

/** How dbt-duckdb's output is read. Source: the fields of its `DuckDBCredentials`, version 1.10. */
export const duckDbProfileRules: ProfileRules = {
  keys: { path: 'path' },
  passedOver: [
    ...sessionKeys,
    'database',
    'disable_transactions',
    'external_root',
    'is_ducklake',
    'keep_open',
    'module_paths',
    'remote',
    'retries',
  ],
  unused: {
    filesystems: 'Python file systems are not loaded, and what reads through one fails',
    plugins: 'Python plugins are not loaded, and what reads through one fails',
    secrets: 'no secret is made, and what needs one fails',
    use_credential_provider: 'no secret is made, and what needs one fails',
  },
  refused: {},
  complete(output) {
    const { path, external_root: externalRoot } = output;
    const obstacle = findObstacle(output);
    const told: readonly TargetIssue[] = obstacle
      ? [
          {
            path: [obstacle.key],
            kind: 'unused',
            message: `${obstacle.reason}: the project can be parsed, listed and compiled, and not be built`,
            hint: 'to build it, give the path of a file on this machine, or use another output',
          },
        ]
      : [];
    const file = typeof path === 'string' && obstacle === undefined ? path : inMemory;
    const kept = Object.fromEntries(
      sessionKeys.flatMap((key) => (output[key] == null ? [] : [[key, output[key]]])),
    );
    return {
      // A name that the target's own key would refuse is one that DuckDB can have all the same.
      options: {
        ...memoryLimitOf(output),
        ...(path == null || typeof path === 'string' ? { path: inMemory } : {}),
      },
      session: kept,
      connection: {
        path: file,
        ...(typeof externalRoot === 'string' && { external_root: externalRoot }),
        ...(obstacle && { unreachable: obstacle.reason }),
      },
      database: databaseOf(output),
      issues: [...checkDatabase(output), ...told, ...readProfileSession(output).issues],
    };
  },
};
