import type { Table } from '@aws-sdk/client-glue';
import type { CatalogContext } from '../core/table-format.js';
import { currentSchema, currentSpec } from './metadata.js';
import { describePartitionField } from './partition-spec.js';
import { toAthenaProperties } from './properties.js';
import { quoteText } from '../../src/adapters/duckdb/quote.js';
import { toHiveType } from './schema-text.js';
import { loadState } from './table-state.js';

/** The lines of SHOW CREATE TABLE: a statement in Athena's DDL (layout as in the User Guide's examples). */
export async function describeTable(
  context: CatalogContext,
  table: Table,
): Promise<readonly string[]> {
  const { metadata, database, name } = await loadState(context, table);
  const { fields } = currentSchema(metadata);
  const columns = fields.map((field) => {
    const comment = field.doc === undefined ? '' : ` COMMENT ${quoteText(field.doc)}`;
    return `  ${field.name} ${toHiveType(field.type)}${comment}`;
  });
  const partitions = currentSpec(metadata).fields.map((field) => {
    const source = fields.find((each) => each.id === field['source-id']);
    return describePartitionField(field, source?.name ?? field.name);
  });
  const properties = [['table_type', 'iceberg'], ...toAthenaProperties(metadata.properties)].map(
    ([key, value]) => `  '${key}'='${value}'`,
  );
  const last = (lines: readonly string[], end: string): readonly string[] =>
    lines.map((line, index) => `${line}${index === lines.length - 1 ? end : ','}`);
  return [
    `CREATE TABLE ${database}.${name} (`,
    ...last(columns, ')'),
    ...(partitions.length > 0 ? [`PARTITIONED BY (${partitions.join(', ')})`] : []),
    `LOCATION '${metadata.location}'`,
    'TBLPROPERTIES (',
    ...last(properties, ''),
    ')',
  ];
}
