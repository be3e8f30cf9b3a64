import type { Table } from '@aws-sdk/client-glue';
import type { UniqueId } from '../../core/node.js';
import type { TableType } from './storage/stored-type.js';

// Every table that stedi-sql makes carries parameters that say whose it is. Only what is marked is replaced or removed.

const prefix = 'stedi_sql.';
const markers = {
  project: `${prefix}project`,
  node: `${prefix}node`,
  run: `${prefix}run`,
  staged: `${prefix}staged`,
  external: `${prefix}external`,
  unfinished: `${prefix}unfinished`,
} as const;

/** Whose a table is. */
export interface Owner {
  readonly project: string;
  readonly node: UniqueId;
  /** The invocation that published it. */
  readonly run: string;
}

/** Returns the parameters that mark a table. */
export function ownerMarkers(
  { project, node, run }: Owner,
  options: {
    readonly staged?: boolean;
    readonly external?: boolean;
    readonly unfinished?: boolean;
  } = {},
): Readonly<Record<string, string>> {
  return {
    [markers.project]: project,
    [markers.node]: node,
    [markers.run]: run,
    ...(options.staged === true && { [markers.staged]: 'true' }),
    ...(options.external === true && { [markers.external]: 'true' }),
    ...(options.unfinished === true && { [markers.unfinished]: 'true' }),
  };
}

/** Returns parameters without our marks. */
export function withoutMarkers(
  parameters: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(parameters).filter(([name]) => !name.startsWith(prefix)),
  );
}

/** Returns whose a table is, as far as it is marked. */
export function ownerOf({ Parameters: parameters = {} }: Table): Partial<Owner> {
  const { [markers.project]: project, [markers.node]: node, [markers.run]: run } = parameters;
  return {
    ...(project !== undefined && { project }),
    ...(node !== undefined && { node }),
    ...(run !== undefined && { run }),
  };
}

/** Returns whether a table is a clone or other work of a run. */
export function isStaged({ Parameters: parameters = {} }: Table): boolean {
  return parameters[markers.staged] === 'true';
}

/** Returns whether a table was declared over files that a model only names. */
export function isExternal({ Parameters: parameters = {} }: Table): boolean {
  return parameters[markers.external] === 'true';
}

/** Returns whether a table was published, and its partitions not yet all of them. */
export function isUnfinished({ Parameters: parameters = {} }: Table): boolean {
  return parameters[markers.unfinished] === 'true';
}

/** Returns the parameters of a table that is finished. */
export function finishedParameters({ Parameters: parameters = {} }: Table): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).filter(([name]) => name !== markers.unfinished),
  );
}

/** Returns whether a relation is a view. */
export function isView({ TableType }: Table): boolean {
  return TableType?.toUpperCase() === 'VIRTUAL_VIEW';
}

/** Returns how a table's rows are stored; not of use for a view. */
export function tableTypeOf({ Parameters: parameters = {} }: Table): TableType {
  return parameters.table_type?.toUpperCase() === 'ICEBERG' ? 'iceberg' : 'hive';
}

/** Returns whether partitions are computed from properties of the table instead of being listed in Glue. */
export function isProjected({ Parameters: parameters = {} }: Table): boolean {
  return parameters['projection.enabled']?.toLowerCase() === 'true';
}
