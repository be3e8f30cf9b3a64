import { nullPartition } from './list-files.js';

/** Characters that Hive writes as `%XX` in the folders of partitions. */
const special = /[\u0000-\u001f"#%'*/:=?\\\u007f{[\]^]/g;

function escapeName(text: string): string {
  return text.replace(
    special,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/** Returns `a=1/b=x`, as Hive names the folder of a partition. NULL and the empty text are the default partition. */
export function partitionPath(
  columns: readonly string[],
  values: readonly (string | null)[],
): string {
  return columns
    .map((column, index) => {
      const value = values[index] ?? '';
      return `${escapeName(column)}=${value === '' ? nullPartition : escapeName(value)}`;
    })
    .join('/');
}

/**
 * Returns the values of `a=1/b=x`, or `undefined` if the path is not of these columns. Names in the path are in lower case
 * (Athena User Guide, MSCK REPAIR TABLE: partitions in camel case are not added).
 */
export function readPartitionPath(
  columns: readonly string[],
  path: string,
): readonly string[] | undefined {
  const parts = path.split('/');
  const values = columns.map((column, index) => {
    const [name = '', ...rest] = (parts[index] ?? '').split('=');
    if (rest.length === 0 || name !== column) return undefined;
    return rest
      .join('=')
      .replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  });
  return values.every((value) => value !== undefined) ? values : undefined;
}
