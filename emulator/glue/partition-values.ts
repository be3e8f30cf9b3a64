/** How Hive spells NULL in a partition value. */
export const nullPartitionValue = '__HIVE_DEFAULT_PARTITION__';

/** A partition value in a form that compares as its type does. */
export type Comparable = string | number | bigint;

/**
 * Returns a partition value ready to compare: whole numbers exactly, decimals as numbers, everything else as text (dates
 * and timestamps are ISO, which sorts as time). NULL, and a text that is no number where the type is one, is `undefined`.
 */
export function readComparable(value: string, type: string): Comparable | undefined {
  if (value === nullPartitionValue) {
    return undefined;
  }
  const base = type.toLowerCase().replace(/\(.*$/, '').trim();
  if (['tinyint', 'smallint', 'int', 'integer', 'bigint', 'long'].includes(base)) {
    return /^[+-]?\d+$/.test(value.trim()) ? BigInt(value) : undefined;
  }
  if (['float', 'double', 'decimal', 'real'].includes(base)) {
    const number = Number(value);
    return value.trim() === '' || Number.isNaN(number) ? undefined : number;
  }
  return base === 'boolean' ? value.toLowerCase() : value;
}
