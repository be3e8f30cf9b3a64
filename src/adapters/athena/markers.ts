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
  appending: `${prefix}appending`,
  properties: `${prefix}properties`,
} as const;

/** What the project gave a table in Lake Formation: see lakeformation/governance-record.ts. */
export const governanceMarker = `${prefix}governance`;

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

/** Returns the marks of whose a relation is and what it is, whichever run made it. */
export function definitionMarks(
  parameters: Readonly<Record<string, string>> = {},
): readonly (string | undefined)[] {
  return [markers.project, markers.node, markers.external, markers.unfinished].map(
    (name) => parameters[name],
  );
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

function without(
  { Parameters: parameters = {} }: Table,
  marker: (typeof markers)[keyof typeof markers],
): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => name !== marker));
}

/** Returns the parameters of a table that is finished. */
export function finishedParameters(table: Table): Record<string, string> {
  return without(table, markers.unfinished);
}

/** Returns the text of the lease under which rows are being added to a table; `undefined` if none are. */
export function appendingMark({ Parameters: parameters = {} }: Table): string | undefined {
  return parameters[markers.appending];
}

/** Returns a table's parameters with this lease, or without any. */
export function withAppendingMark(table: Table, lease: string | undefined): Record<string, string> {
  const rest = without(table, markers.appending);
  return lease === undefined ? rest : { ...rest, [markers.appending]: lease };
}

/** Returns the mark that lists the parameters which a run gave a table, so that the next one knows them from others'. */
export function propertiesMark(names: readonly string[]): Readonly<Record<string, string>> {
  return { [markers.properties]: [...names].sort().join(',') };
}

/** Returns the names of the parameters that the last run gave a table. */
export function ownProperties({ Parameters: parameters = {} }: Table): ReadonlySet<string> {
  return new Set(parameters[markers.properties]?.split(','));
}

/** Returns the parameter about Lake Formation of the table that is replaced: its name keeps its tags and grants. */
export function keptGovernance(before: Table | undefined): Readonly<Record<string, string>> {
  const record = before?.Parameters?.[governanceMarker];
  return record === undefined ? {} : { [governanceMarker]: record };
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
