import { describe, expect, it } from 'vitest';
import { readExternalTable } from './external-table.js';
import type { JsonValue } from './node.js';

function issuesOf(
  format: string,
  extra: Readonly<Record<string, JsonValue>> = {},
  columns: Readonly<Record<string, string>> = { id: 'string', day: 'string' },
): readonly string[] {
  const { issues } = readExternalTable({
    config: { format, extra },
    columns: Object.entries(columns).map(([name, data_type]) => ({ name, data_type })),
  });
  return issues.map(
    ({ path, kind, message, hint = '' }) => `${path.join('.')} ${kind}: ${message} (${hint})`,
  );
}

const projected = (
  properties: Readonly<Record<string, JsonValue>>,
): Readonly<Record<string, JsonValue>> => ({
  partitioned_by: ['day'],
  table_properties: { 'projection.enabled': true, ...properties },
});

describe('the declaration of an external table', () => {
  it('has defaults of Hive', () => {
    const { table, issues } = readExternalTable({
      config: { format: null, extra: {} },
      columns: [],
    });
    expect(issues).toEqual([]);
    expect(table).toMatchObject({ format: 'json', headerLines: 0, partitions: [] });
    const text = readExternalTable({ config: { format: 'textfile', extra: {} }, columns: [] });
    expect(text.table).toMatchObject({ delimiter: '\u0001', nullText: '\\N' });
  });

  it.each<[string, readonly string[], string]>([
    [
      'an unknown format',
      issuesOf('orc'),
      "format invalid-value: an external table cannot have the format 'orc' (use one of json, parquet, csv, textfile)",
    ],
    [
      'a type that CSV has not',
      issuesOf('csv', {}, { day: 'date' }),
      "format conflict: column 'day' is declared date, which no field of the format 'csv' is read as (declare it varchar, and cast it in a model that reads the table)",
    ],
    [
      'a type that no path has',
      issuesOf('json', { partitioned_by: 'day' }, { day: 'timestamp' }),
      "partitioned_by conflict: column 'day' is declared timestamp, which no value in a path is read as (declare it varchar, and cast it in a model that reads the table)",
    ],
    [
      'partition columns before others',
      issuesOf('json', { partitioned_by: ['id'] }),
      'partitioned_by conflict: the partition columns (id) are not the last columns (declare them at the end, in the order of `partitioned_by`, where queries show them)',
    ],
    [
      'a property of another SerDe',
      issuesOf('csv', { serde_properties: { 'serialization.null.format': '' } }),
      "serde_properties invalid-value: the format 'csv' has no property 'serialization.null.format' (it has 'quoteChar' and 'escapeChar' ('field_delimiter' is the separator))",
    ],
    [
      'a quote that separates',
      issuesOf('csv', { field_delimiter: '"' }),
      "serde_properties conflict: the separator, the quote and the escape character must differ (they are ',', '\"' and '\\' where nothing else is said)",
    ],
    [
      'a long separator',
      issuesOf('textfile', { field_delimiter: '||' }),
      "field_delimiter invalid-value: field_delimiter: expected one character of ASCII, found '||' (such as ';')",
    ],
    [
      'a header of Parquet',
      issuesOf('parquet', { table_properties: { 'skip.header.line.count': 1 } }),
      "table_properties conflict: files of the format 'parquet' have no header lines (remove 'skip.header.line.count')",
    ],
    [
      'a header that is no number',
      issuesOf('csv', { table_properties: { 'skip.header.line.count': 'one' } }),
      "table_properties invalid-value: 'skip.header.line.count': expected a number of lines, found 'one' (such as 1)",
    ],
    [
      'projection without a type',
      issuesOf('csv', projected({})),
      "table_properties invalid-value: 'projection.day.type': expected the type of the partition column 'day' (one of enum, integer, date, injected)",
    ],
    [
      'projection of a misspelled type',
      issuesOf('csv', projected({ 'projection.day.type': 'dates' })),
      "table_properties invalid-value: 'projection.day.type': expected the type of the partition column 'day', found 'dates' (did you mean 'date'?)",
    ],
    [
      'hours without an interval',
      issuesOf(
        'csv',
        projected({
          ...{ 'projection.day.type': 'date', 'projection.day.format': 'yyyy-MM-dd-HH' },
          'projection.day.range': 'NOW-1DAY,NOW',
        }),
      ),
      "table_properties invalid-value: 'projection.day.interval.unit': expected a unit (one of YEARS, MONTHS, WEEKS, DAYS, HOURS, MINUTES, SECONDS)",
    ],
    [
      'a range of one bound',
      issuesOf('csv', projected({ 'projection.day.type': 'integer', 'projection.day.range': '1' })),
      "table_properties invalid-value: 'projection.day.range': expected two whole numbers, found '1' (such as '0,10')",
    ],
    [
      'a template without a column',
      issuesOf(
        'csv',
        projected({
          ...{ 'projection.day.type': 'enum', 'projection.day.values': 'a' },
          'storage.location.template': 's3://b/x/',
        }),
      ),
      "table_properties invalid-value: 'storage.location.template': expected the partition column as ${day}, found 's3://b/x/' (the folder of a partition names all of its values)",
    ],
  ])('refuses %s', (_, issues, expected) => {
    expect(issues).toEqual([expected]);
  });
});
