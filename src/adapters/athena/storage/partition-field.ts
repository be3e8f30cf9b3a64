/** One part of what a table is partitioned by. */
export type PartitionField =
  | { readonly transform: 'identity' | TimeUnit; readonly column: string }
  | {
      readonly transform: 'bucket' | 'truncate';
      readonly column: string;
      /** The number of buckets, or the length or width to truncate to. */
      readonly parameter: number;
    };

export type TimeUnit = 'year' | 'month' | 'day' | 'hour';

const timeUnits: readonly TimeUnit[] = ['year', 'month', 'day', 'hour'];

/** The names of transforms, for hints. */
export const transformNames: readonly string[] = [...timeUnits, 'bucket', 'truncate'];

/**
 * Reads what a model writes in `partitioned_by`: a column, or a transform in the spelling of CTAS (`bucket(id, 16)`) or of
 * DDL (`bucket(16, id)`). Names become lower case. Returns `undefined` for anything else.
 */
export function readPartitionField(text: string): PartitionField | undefined {
  const [, name = '', inner] =
    /^\s*["`]?([a-z_0-9]+)["`]?\s*(?:\(([^()]*)\))?\s*$/i.exec(text) ?? [];
  if (name === '') return undefined;
  if (inner === undefined) return { transform: 'identity', column: name.toLowerCase() };
  const transform = name.toLowerCase();
  const parts = inner.split(',').map((part) => part.trim().replace(/^["`](.*)["`]$/, '$1'));
  const [first = '', second] = parts;
  const isColumn = (part: string): boolean => /^[a-z_0-9]*[a-z_][a-z_0-9]*$/i.test(part);
  const unit = timeUnits.find((each) => each === transform);
  if (unit !== undefined) {
    return second === undefined && isColumn(first)
      ? { transform: unit, column: first.toLowerCase() }
      : undefined;
  }
  if ((transform !== 'bucket' && transform !== 'truncate') || parts.length !== 2) return undefined;
  const [column, parameter] = isColumn(first) ? [first, second] : [second ?? '', first];
  if (!isColumn(column) || !/^[1-9][0-9]*$/.test(parameter ?? '')) return undefined;
  return { transform, column: column.toLowerCase(), parameter: Number(parameter) };
}

/**
 * Returns the field as the property `partitioning` of CTAS wants it: `day(at)`, `bucket(id, 16)`; the column's name is quoted
 * where it is no plain name. Source: Athena User Guide, "CREATE TABLE AS".
 */
export function formatCtasPartition(field: PartitionField): string {
  const column = /^[a-z_][a-z_0-9]*$/.test(field.column) ? field.column : `"${field.column}"`;
  if (field.transform === 'identity') return column;
  return 'parameter' in field
    ? `${field.transform}(${column}, ${field.parameter})`
    : `${field.transform}(${column})`;
}
