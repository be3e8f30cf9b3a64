import type { Column, Table } from '@aws-sdk/client-glue';

function quote(text: string): string {
  return `'${text.replaceAll("'", "\\'")}'`;
}

function columnLine({ Name = '', Type = '', Comment }: Column): string {
  const comment = Comment === undefined || Comment === '' ? '' : ` COMMENT ${quote(Comment)}`;
  return `  \`${Name}\` ${Type}${comment}`;
}

/** Returns the lines of a list in parentheses, opened by `head`. */
function listLines(head: string, lines: readonly string[]): readonly string[] {
  const last = lines.length - 1;
  return [head, ...lines.map((line, index) => `${line}${index === last ? ')' : ', '}`)];
}

function propertyLines(head: string, values: Readonly<Record<string, string>>): readonly string[] {
  const lines = Object.entries(values).map(([key, value]) => `  ${quote(key)}=${quote(value)}`);
  return lines.length === 0 ? [] : listLines(head, lines);
}

/** Returns what SHOW CREATE TABLE prints of a Hive table: DDL that makes it again, as Hive lays it out. */
export function showCreateHiveTable(table: Table): readonly string[] {
  const storage = table.StorageDescriptor ?? {};
  const keys = table.PartitionKeys ?? [];
  const serde = storage.SerdeInfo?.SerializationLibrary;
  const { comment, ...parameters } = table.Parameters ?? {};
  const name = `${table.DatabaseName ?? ''}.${table.Name ?? ''}`;
  return [
    ...listLines(`CREATE EXTERNAL TABLE \`${name}\`(`, (storage.Columns ?? []).map(columnLine)),
    ...(comment === undefined ? [] : [`COMMENT ${quote(comment)}`]),
    ...(keys.length === 0 ? [] : listLines('PARTITIONED BY ( ', keys.map(columnLine))),
    ...(serde === undefined ? [] : ['ROW FORMAT SERDE ', `  ${quote(serde)} `]),
    ...propertyLines('WITH SERDEPROPERTIES ( ', storage.SerdeInfo?.Parameters ?? {}),
    'STORED AS INPUTFORMAT ',
    `  ${quote(storage.InputFormat ?? '')} `,
    'OUTPUTFORMAT ',
    `  ${quote(storage.OutputFormat ?? '')}`,
    'LOCATION',
    `  ${quote(storage.Location ?? '')}`,
    ...propertyLines(
      'TBLPROPERTIES (',
      Object.fromEntries(Object.entries(parameters).filter(([key]) => key !== 'EXTERNAL')),
    ),
  ];
}
