import { isMapping } from '../../core/is-mapping.js';
import type { SnapshotColumns, SnapshotRules } from '../../core/node.js';
import type { ConfigEntries } from '../../core/node-config.js';

/** Something that a snapshot's configuration lacks, or has too much of. */
export interface RuleProblem {
  readonly message: string;
  readonly hint: string;
  /** The key that is wrong; left out for one that is missing. */
  readonly key?: string;
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function readColumns(value: unknown): SnapshotColumns {
  const names = isMapping(value) ? value : {};
  const nameOf = (key: string): string => text(names[key]) ?? key;
  return {
    scdId: nameOf('dbt_scd_id'),
    updatedAt: nameOf('dbt_updated_at'),
    validFrom: nameOf('dbt_valid_from'),
    validTo: nameOf('dbt_valid_to'),
    isDeleted: nameOf('dbt_is_deleted'),
  };
}

/** Returns names that differ only in case, which one table cannot have. */
function findTwins(columns: SnapshotColumns): readonly string[] {
  const seen = new Set<string>();
  const names: readonly string[] = Object.values(columns);
  return names.filter((name) => {
    const twin = seen.has(name.toLowerCase());
    seen.add(name.toLowerCase());
    return twin;
  });
}

/**
 * Returns how a snapshot works, from its merged configuration, and what is wrong with that. What dbt asks for: a strategy
 * and a unique key; `updated_at` for `timestamp`, and no `check_cols`; `check_cols` for `check`.
 * Source: https://docs.getdbt.com/reference/snapshot-configs
 */
export function readRules(config: ConfigEntries): {
  readonly rules: SnapshotRules;
  readonly problems: readonly RuleProblem[];
} {
  const problems: RuleProblem[] = [];
  const strategy = text(config['strategy']);
  const updatedAt = text(config['updated_at']);
  const { check_cols: compared, unique_key: key } = config;
  const checkColumns: SnapshotRules['checkColumns'] = Array.isArray(compared)
    ? (compared as readonly unknown[]).filter((each) => typeof each === 'string')
    : compared === 'all'
      ? 'all'
      : [];
  if (strategy === null) {
    problems.push({
      message: "has no 'strategy'",
      hint: 'add `strategy: timestamp` with `updated_at`, or `strategy: check` with `check_cols`',
    });
  }
  if (key == null || (Array.isArray(key) && key.length === 0)) {
    problems.push({
      message: "has no 'unique_key'",
      hint: 'add the column or columns that tell its rows apart: `unique_key: id`',
    });
  }
  if (strategy === 'timestamp') {
    if (updatedAt === null) {
      problems.push({
        message: "has the strategy 'timestamp' without 'updated_at'",
        hint: 'add the column that says when a row changed, or use `strategy: check`',
      });
    }
    if (compared != null) {
      problems.push({
        key: 'check_cols',
        message: "has 'check_cols', which the strategy 'timestamp' does not read",
        hint: 'remove it, or use `strategy: check`',
      });
    }
  }
  if (strategy === 'check' && checkColumns !== 'all' && checkColumns.length === 0) {
    problems.push({
      message: "has the strategy 'check' without 'check_cols'",
      hint: 'add the columns that are compared, or `check_cols: all`',
    });
  }
  const legacy = config['invalidate_hard_deletes'];
  const wanted = text(config['hard_deletes']);
  if (wanted !== null && typeof legacy === 'boolean') {
    problems.push({
      key: 'invalidate_hard_deletes',
      message: "has both 'hard_deletes' and 'invalidate_hard_deletes'",
      hint: "keep 'hard_deletes'",
    });
  }
  if (config['target_schema'] != null && config['schema'] != null) {
    problems.push({
      key: 'target_schema',
      message: "has both 'schema' and 'target_schema'",
      hint: "keep 'schema', which stands behind the target's, or 'target_schema', which stands alone",
    });
  }
  const columns = readColumns(config['snapshot_meta_column_names']);
  const twins = findTwins(columns);
  if (twins.length > 0) {
    problems.push({
      key: 'snapshot_meta_column_names',
      message: `gives the name '${twins[0] ?? ''}' to two of its own columns`,
      hint: 'give each another name',
    });
  }
  const hardDeletes = wanted ?? (legacy === true ? 'invalidate' : 'ignore');
  return {
    rules: {
      strategy: strategy === 'check' ? 'check' : 'timestamp',
      updatedAt,
      checkColumns,
      hardDeletes: hardDeletes as SnapshotRules['hardDeletes'],
      validToCurrent: text(config['dbt_valid_to_current']),
      columns,
    },
    problems,
  };
}
