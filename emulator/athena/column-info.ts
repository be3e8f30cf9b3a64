import type { ColumnInfo } from '@aws-sdk/client-athena';
import type { ResultColumn, StatementOutcome } from '../core/engine.js';

/** Returns the columns of a result; statements that write have one, `rows` (measured). */
export function columnsOf(outcome: StatementOutcome): readonly ResultColumn[] {
  return outcome.updateCount !== null && outcome.columns.length === 0
    ? [{ name: 'rows', type: 'bigint', precision: 19, scale: 0, nullable: 'UNKNOWN' }]
    : outcome.columns;
}

/** Returns a column as GetQueryResults shows it (measured: `hive`, no schema and table, `float` for `real`). */
export function columnInfo(column: ResultColumn): ColumnInfo {
  return {
    CatalogName: 'hive',
    SchemaName: '',
    TableName: '',
    Name: column.name,
    Label: column.name,
    Type: column.type === 'real' ? 'float' : column.type,
    Precision: column.precision,
    Scale: column.scale,
    Nullable: column.nullable,
    CaseSensitive: isText(column.type),
  };
}

const isText = (type: string) => type === 'varchar' || type === 'char';
