import type { Table } from '@aws-sdk/client-glue';
import {
  matchProjected,
  matchTemplate,
  type ValueMatcher,
} from '../../../src/adapters/duckdb/external-table/projected-values.js';
import {
  readProjection as readProperties,
  type ProjectedColumn,
} from '../../../src/core/partition-projection.js';
import { emulatorLimitation, userError } from '../errors.js';

/*
 * Partition projection: partitions that no catalog lists. What Athena finds by trying all values in range, we find by
 * looking at the objects that are there: the same partitions, less those without objects.
 * Source: https://docs.aws.amazon.com/athena/latest/ug/partition-projection-setting-up.html
 */

export interface Projection {
  /** The path's beginning without a value, as an address. */
  readonly root: string;
  /** Returns the values of the partition columns for the address of an object, if it lies in one of the partitions. */
  match(address: string): readonly string[] | undefined;
}

function matcherOf(
  name: string,
  column: ProjectedColumn,
  constrained: ReadonlySet<string>,
): ValueMatcher {
  if (column.type === 'injected') {
    if (constrained.has(name)) return { pattern: '[^/]*', matches: () => true };
    throw userError(
      'semantic',
      `CONSTRAINT_VIOLATION: For the injected projected partition column ${name}, the WHERE clause must contain only static equality conditions, and at least one such condition must be present.`,
    );
  }
  const matcher = matchProjected(column, new Date());
  if (matcher === undefined) {
    throw emulatorLimitation(`the dates of the projected partition column ${name} cannot be read`);
  }
  return matcher;
}

/**
 * Returns the partitions of a table with `projection.enabled`; `undefined` for all others. `constrained` are the columns
 * that the query compares with constants, which injected ones need.
 */
export function readProjection(
  table: Table,
  constrained: ReadonlySet<string>,
): Projection | undefined {
  const names = (table.PartitionKeys ?? []).map(({ Name = '' }) => Name.toLowerCase());
  const { projection, issues } = readProperties(table.Parameters ?? {}, names);
  if (projection === undefined) return undefined;
  const [issue] = issues;
  if (issue !== undefined) {
    // The text is not Athena's.
    throw userError(
      'schema',
      `INVALID_TABLE_PROPERTY: Table ${table.DatabaseName ?? ''}.${table.Name ?? ''} is configured for partition projection, but ${issue.message}`,
    );
  }
  const columns = new Map(
    [...projection.columns].map(([name, column]) => [name, matcherOf(name, column, constrained)]),
  );
  const folder = (table.StorageDescriptor?.Location ?? '').replace(/\/*$/, '/');
  const template = (
    projection.template ?? folder + names.map((name) => `${name}=\${${name}}`).join('/')
  ).replace(/\/+$/, '');
  return {
    root: template.slice(0, template.indexOf('${')).replace(/[^/]*$/, ''),
    match: matchTemplate(template, names, columns),
  };
}
