import type { TypedColumn } from '../core/adapter.js';
import { incrementalTarget } from '../core/incremental.js';
import { isRelationNode, type RelationNode, type SqlNode, type UniqueId } from '../core/node.js';
import { relationKey, type Relation } from '../core/relation.js';
import { formatType } from '../core/sql-type.js';
import type { RelationColumns, TemplateColumn } from '../core/template.js';
import { isKnownType, isSameType } from '../core/widening.js';
import { seedColumns } from './compile-seed.js';
import type { Surroundings } from './surroundings.js';
import type { CompileOptions } from './compile-options.js';
import { isEphemeral, relationOf } from './name-bindings.js';
import { snapshotColumns, withFoundTypes } from './snapshot-columns.js';
import { columnsAsTheyAre } from './table-as-is.js';
import { declaredColumns, sourceColumns } from './table-columns.js';
import { warehouseColumns } from './warehouse-columns.js';

const nameKey = ({ name }: TypedColumn): string => name?.toLowerCase() ?? '';

/**
 * Returns the columns that a table has after this run has added to it, as `on_schema_change` says; `undefined` where that
 * is not certain.
 */
function columnsAfterRun(
  { config }: SqlNode,
  before: readonly TypedColumn[],
  query: readonly TypedColumn[],
): readonly TypedColumn[] | undefined {
  const reaction = config.extra.on_schema_change;
  const known = new Map(before.map((column) => [nameKey(column), column]));
  if (reaction === 'append_new_columns') {
    return [...before, ...query.filter((column) => !known.has(nameKey(column)))];
  }
  const isSame = query.every((column) => {
    const there = known.get(nameKey(column));
    // Only syncing changes types.
    return there && (reaction !== 'sync_all_columns' || isSameType(there.type, column.type));
  });
  return isSame && query.length === before.length ? before : undefined;
}

/** Returns the columns that who reads a node finds; `undefined` where not all of them are known. */
function storedColumns(
  node: RelationNode,
  { options, readType, outcomeOf }: Surroundings,
): readonly TypedColumn[] | undefined {
  const { boundColumns, dialect } = options;
  const deferred = options.deferred?.get(node.uniqueId);
  if (deferred !== undefined) return warehouseColumns(deferred, options);
  if (node.resourceType === 'seed') {
    const columns = dialect.native ? boundColumns?.get(node.uniqueId) : seedColumns(node);
    return columnsAsTheyAre(node, columns, options) ?? columns;
  }
  if (node.resourceType === 'source') {
    const bound = boundColumns?.get(node.uniqueId);
    if (bound) return bound;
    // What lies behind a place that is read instead, only the engine can tell.
    if (dialect.native?.readSource?.(node) !== undefined) return undefined;
    if (dialect.native) return warehouseColumns(node.relation, options);
    const columns = sourceColumns(node, options.catalog, readType);
    return columns && withFoundTypes(node.relation, columns, options);
  }
  if (node.resourceType === 'model' && node.config.materialized === 'external_table') {
    return declaredColumns(node.columns, readType);
  }
  const result = outcomeOf(node.uniqueId)?.result;
  const query =
    boundColumns?.get(node.uniqueId) ?? (result?.ok === true ? result.value.columns : undefined);
  const asIs = columnsAsTheyAre(node, query, options);
  if (asIs) return asIs;
  if (query === undefined) return undefined;
  if (node.resourceType === 'snapshot') return snapshotColumns(node, query, options);
  const adding = incrementalTarget(node, options.catalog, options);
  const before = adding && warehouseColumns(node.relation, options);
  return before ? columnsAfterRun(node, before, query) : query;
}

const kinds: ReadonlyMap<string, NonNullable<TemplateColumn['type']>['kind']> = new Map(
  Object.entries({
    string: ['text', 'character varying', 'character', 'varchar', 'string'],
    float: ['real', 'float', 'float4', 'float8', 'double', 'double precision'],
    numeric: ['numeric', 'decimal'],
    integer: [
      ...['tinyint', 'smallint', 'int', 'integer', 'bigint', 'hugeint'],
      ...['utinyint', 'usmallint', 'uinteger', 'ubigint'],
    ],
  } as const).flatMap(([kind, names]) =>
    names.map((name) => [name, kind as 'string' | 'float' | 'numeric' | 'integer'] as const),
  ),
);

/** What dbt takes for the length of a text that has none: https://docs.getdbt.com/reference/dbt-classes#column */
const dbtTextLength = 256;

/**
 * Returns what macros read of a type. In an engine's own SQL that is what dbt-core's columns say of the engine's words:
 * a decimal with digits is no number there. In Athena's SQL a decimal is numeric, and a text has the length that it has.
 */
function typeView(column: TypedColumn, { dialect }: CompileOptions): TemplateColumn['type'] {
  const { native } = dialect;
  if (native) {
    const dtype = column.nativeType ?? native.writeType(column.type);
    if (dtype === undefined) return undefined;
    const kind = kinds.get(dtype.toLowerCase()) ?? 'other';
    if (kind !== 'string') return { dtype, dataType: dtype, kind };
    const dataType = `character varying(${String(dbtTextLength)})`;
    return { dtype, dataType, kind, size: dbtTextLength };
  }
  if (!isKnownType(column.type)) return undefined;
  const dataType = formatType(column.type);
  const [word = '', size] = dataType.split(/[()]/);
  const kind = kinds.get(word) ?? 'other';
  if (kind !== 'string') return { dtype: dataType, dataType, kind };
  return { dtype: word, dataType, kind, size: size === undefined ? 0 : Number(size) };
}

/** Returns columns for templates; `undefined` if one has no name, or not one of its own. */
function toTemplateColumns(
  columns: readonly TypedColumn[],
  options: CompileOptions,
): readonly TemplateColumn[] | undefined {
  const views = columns.flatMap((column): TemplateColumn[] => {
    if (column.name === undefined) return [];
    // Athena stores names in lower case.
    const name = options.dialect.native ? column.name : column.name.toLowerCase();
    const type = typeView(column, options);
    return [{ name, ...(type && { type }) }];
  });
  const names = new Set(views.map(({ name }) => name.toLowerCase()));
  return names.size === columns.length && names.size > 0 ? views : undefined;
}

/** Who asks for the columns of relations, while it is rendered. */
export interface ColumnsReader {
  /** The node that is rendered, if it is one. */
  readonly node?: SqlNode;
  readonly isIncremental: boolean;
  /** What it has read so far. */
  readonly read: ReadonlySet<UniqueId>;
}

/**
 * Returns all columns of a relation that a node reads, or of the table that it adds to, in their order; or why they are
 * not known. They come from the project and the one look at the warehouse, so that a template stays pure.
 */
export function findRelationColumns(
  relation: Relation,
  { node, isIncremental, read }: ColumnsReader,
  surroundings: Surroundings,
): RelationColumns {
  const { options } = surroundings;
  const key = relationKey(relation);
  const answer = (
    columns: readonly TypedColumn[] | undefined,
    unknown: string,
    hint: string,
  ): RelationColumns => {
    const views = columns && toTemplateColumns(columns, options);
    return views ? { columns: views } : { unknown, hint };
  };
  if (node !== undefined && 'relation' in node && relationKey(node.relation) === key) {
    return answer(
      isIncremental ? warehouseColumns(node.relation, options) : undefined,
      `'${node.name}' itself has none before it is built`,
      'ask for them inside of {% if is_incremental() %}',
    );
  }
  for (const id of read) {
    const parent = options.graph.nodes.get(id);
    if (parent === undefined || !isRelationNode(parent) || isEphemeral(parent)) continue;
    if (relationKey(relationOf(parent, options)) !== key) continue;
    const what = `not all columns of ${parent.resourceType} '${parent.name}' are known`;
    const hint =
      parent.resourceType === 'source'
        ? 'the source must be in the warehouse; or name the columns in SQL, or in a macro'
        : 'name its columns in its query, or build it first where its table is about to change; or name them here';
    return answer(storedColumns(parent, surroundings), what, hint);
  }
  return {
    unknown: `the relation is none that this template reads by ref() or source()`,
    hint: 'read it by ref() or source(), or name the columns in SQL',
  };
}
