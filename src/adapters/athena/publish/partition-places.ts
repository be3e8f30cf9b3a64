import type { Partition } from '@aws-sdk/client-glue';

/** Returns what tells a partition from the others of its table. */
export function keyOf({ Values: values = [] }: Pick<Partition, 'Values'>): string {
  return JSON.stringify(values);
}

/** Returns where a partition's rows are, without a slash at the end. */
export function placeOf({ StorageDescriptor: descriptor }: Partition): string {
  return (descriptor?.Location ?? '').replace(/\/*$/, '');
}
