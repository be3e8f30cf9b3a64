import type { Table } from '@aws-sdk/client-glue';
import { isMapping } from '../../../core/is-mapping.js';
import { governanceMarker } from '../markers.js';
import type { TableTags } from './governance.js';

/** A filter that a model named. */
export interface RecordedFilter {
  /** The project made it. */
  readonly own: boolean;
  /** Whom the project granted SELECT by it. */
  readonly principals: readonly string[];
}

/** What the project itself gave a relation in Lake Formation. Nothing else is ever taken away. */
export interface GovernanceRecord extends TableTags {
  readonly filters: Readonly<Record<string, RecordedFilter>>;
}

export const emptyRecord: GovernanceRecord = { table: {}, columns: {}, filters: {} };

/** Returns what a Glue table's parameter says of it; nothing if it is damaged, so that nothing is taken away. */
export function readRecord({
  Parameters: parameters = {},
}: Pick<Table, 'Parameters'>): GovernanceRecord {
  const text = parameters[governanceMarker];
  if (text === undefined) return emptyRecord;
  try {
    const value: unknown = JSON.parse(text);
    if (!isMapping(value)) return emptyRecord;
    const { table, columns, filters } = value as Partial<GovernanceRecord>;
    return { table: table ?? {}, columns: columns ?? {}, filters: filters ?? {} };
  } catch {
    return emptyRecord;
  }
}

/** Returns a record as a Glue parameter. */
export function writeRecord(record: GovernanceRecord): Readonly<Record<string, string>> {
  return { [governanceMarker]: JSON.stringify(record) };
}
