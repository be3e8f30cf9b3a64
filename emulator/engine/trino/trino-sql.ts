import type { PartitionField } from '../../core/table-format.js';

/** Returns a name in the quotes of Trino's dialect. */
export function quoteTrino(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Returns a string of Trino's dialect. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Returns a field of an Iceberg table's partitioning as Trino's properties spell it. */
export function formatPartitionField({ column, transform, width }: PartitionField): string {
  if (transform === 'identity') return column;
  return width === undefined ? `${transform}(${column})` : `${transform}(${column}, ${width})`;
}
