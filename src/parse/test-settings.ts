import type { JsonValue, NodeConfig, TestJudgement, TestNode } from '../core/node.js';
import { mergeNodeConfig, toNodeConfig, type ConfigEntries } from '../core/node-config.js';
import type { Project } from '../core/project.js';
import { relationOf } from './relation-of.js';

/** The resolved configuration of a data test. */
export interface TestSettings {
  readonly config: NodeConfig;
  readonly severity: 'error' | 'warn';
  readonly description: string;
  /** A condition in SQL: only rows that meet it are tested. */
  readonly where: string | null;
}

/** The settings of tests that have none of their own, by the levels of their folders: thousands of tests share them. */
const ofFolders = new WeakMap<readonly ConfigEntries[], TestSettings>();

/** Returns the configuration of a data test: that of its folders, then the levels of its own, the least specific first. */
export function toTestSettings(
  folders: readonly ConfigEntries[],
  own: readonly ConfigEntries[],
): TestSettings {
  if (own.some((level) => Object.keys(level).length > 0)) return settle([...folders, ...own]);
  let settings = ofFolders.get(folders);
  if (settings === undefined) ofFolders.set(folders, (settings = settle(folders)));
  return settings;
}

function settle(levels: readonly ConfigEntries[]): TestSettings {
  const { severity, description, ...entries } = mergeNodeConfig(levels);
  const { where, store_failures_as: as } = entries;
  // As in dbt, the one key says what templates read of the other.
  const kept = typeof as === 'string' ? { store_failures: as !== 'ephemeral' } : {};
  return {
    config: toNodeConfig({ ...entries, ...kept }, { materialized: 'test' }),
    severity: typeof severity === 'string' && severity.toLowerCase() === 'warn' ? 'warn' : 'error',
    description: typeof description === 'string' ? description : '',
    where: typeof where === 'string' ? where : null,
  };
}

/** dbt's defaults. Source: https://docs.getdbt.com/reference/data-test-configs */
const defaults = { failCalc: 'count(*)', condition: '!= 0', schema: 'dbt_test__audit' };

/** Returns as what the failing rows of a test are kept; `ephemeral` if they are not. */
export function keptAs({ extra }: NodeConfig): JsonValue {
  const { store_failures: isKept, store_failures_as: as } = extra;
  return as ?? (isKept === true ? 'table' : 'ephemeral');
}

/**
 * Returns how the rows of a test are judged and kept; nothing if that is as for every test. As in dbt,
 * `store_failures_as` goes before `store_failures`, which keeps a table.
 */
export function judgeTest(
  name: string,
  config: NodeConfig,
  project: Pick<Project, 'target' | 'quoting'>,
): Pick<TestNode, 'judgement'> {
  const { fail_calc, warn_if, error_if, limit } = config.extra;
  const as = keptAs(config);
  const schema = config.schema ?? defaults.schema;
  const judgement: TestJudgement = {
    failCalc: toText(fail_calc) ?? defaults.failCalc,
    warnIf: toText(warn_if) ?? defaults.condition,
    errorIf: toText(error_if) ?? defaults.condition,
    limit: typeof limit === 'number' ? limit : null,
    store:
      as === 'table' || as === 'view'
        ? { as, relation: relationOf(name, { ...config, schema, materialized: as }, project) }
        : null,
  };
  const isDefault =
    judgement.failCalc === defaults.failCalc &&
    judgement.warnIf === defaults.condition &&
    judgement.errorIf === defaults.condition &&
    judgement.limit === null &&
    judgement.store === null;
  return isDefault ? {} : { judgement };
}

function toText(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
