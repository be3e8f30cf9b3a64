import type { Table } from '@aws-sdk/client-glue';
import { quoteName } from '../../../src/adapters/duckdb/quote.js';
import type { TypedColumn } from '../../../src/core/adapter.js';
import type { QualifiedName } from '../../../src/core/sql-syntax.js';
import { formatType } from '../../../src/core/sql-type.js';
import { canCoerce } from '../../../src/adapters/duckdb/types/coercion.js';
import { readTypeSyntax } from '../../../src/adapters/duckdb/types/type-syntax.js';
import type { ReadOptions, TableReader } from '../../core/table-format.js';
import { EngineError } from '../../core/engine.js';
import { userError } from '../errors.js';
import { readHiveTable } from '../hive/read-hive-table.js';
import { isIceberg, isView } from '../hive/table-storage.js';
import { placeOf, wholeText, type MappedText } from '../sql/mapped-text.js';
import { displayName, type StatementContext, type TableName } from '../statement-context.js';
import { readInformationSchema } from './information-schema.js';
import { readPrestoView, type PrestoView } from './presto-view.js';
import type { TimeTravel } from '../sql/time-travel.js';
import { translateQuery, type TranslateOptions } from './translate-query.js';

/** A table or view as DuckDB knows it in this statement. */
export interface RelationTarget {
  readonly schema: string;
  readonly relation: string;
  readonly columns: readonly TypedColumn[];
}

export interface ResolveOptions extends TranslateOptions {
  /** The text that the name stands in. */
  readonly text: MappedText;
  readonly constrained: ReadonlySet<string>;
  /** The query asks for `"$path"`. */
  readonly showsPath: boolean;
  readonly travel?: TimeTravel;
}

/** Our schema in DuckDB for what is no table of Glue; a name that no database of Glue can have. */
export const localSchema = '$stedi';

/** DuckDB has a schema of the name information_schema itself. */
const informationSchema = '$information_schema';

/** Puts a view into the statement's catalog, unless it is there. */
async function createView(
  { duck }: StatementContext,
  target: RelationTarget,
  sql: string,
): Promise<void> {
  await duck.run(`create schema if not exists ${quoteName(target.schema)}`);
  await duck.run(
    `create or replace view ${quoteName(target.schema)}.${quoteName(target.relation)} as ${sql}`,
  );
}

/** Returns the context in which a table is read: with the Glue catalog that its name says. Throws CATALOG_NOT_FOUND. */
function enterCatalog(
  context: StatementContext,
  { catalog }: TableName,
  place: string,
): StatementContext {
  const glue = context.findGlue(catalog);
  if (glue !== undefined) return { ...context, glue, catalog };
  throw userError('semantic', `CATALOG_NOT_FOUND: ${place}: Catalog '${catalog}' not found`);
}

/** Returns DuckDB's schema for a database; those of other catalogs than the request's may have its name. */
function schemaOf({ request }: StatementContext, { catalog, database }: TableName): string {
  return catalog === request.catalog.toLowerCase() ? database : `${catalog}.${database}`;
}

function findTable(context: StatementContext, name: TableName, place: string): Table {
  if (!context.glue.listDatabases().some(({ Name }) => Name === name.database)) {
    throw userError(
      'notFound',
      `SCHEMA_NOT_FOUND: ${place}: Schema '${name.database}' does not exist`,
    );
  }
  const table = context.glue.findTable(name.database, name.table);
  if (table !== undefined) return table;
  throw userError(
    'notFound',
    `TABLE_NOT_FOUND: ${place}: Table '${displayName(name)}' does not exist`,
  );
}

async function readOptions(
  context: StatementContext,
  options: ResolveOptions,
  metadata: string | undefined,
): Promise<ReadOptions> {
  const { travel } = options;
  if (travel === undefined) return metadata === undefined ? {} : { metadata };
  if (travel.kind === 'version') {
    const { value } = travel;
    if (value.kind === 'number') return { asOf: { kind: 'version', version: value.text } };
    if (value.kind === 'string') return { asOf: { kind: 'version', version: value.value } };
    throw userError(
      'semantic',
      `SYNTAX_ERROR: ${placeOf(options.original, travel.start)}: expected a version, found ${travel.valueText}`,
    );
  }
  const moment = await translateQuery(
    context,
    wholeText(`SELECT to_unixtime(CAST(${travel.valueText} AS timestamp(3) with time zone))`),
    options,
  );
  const [row] = await context.duck.query(`select (${moment.sql}) as seconds`);
  return { asOf: { kind: 'timestamp', epochMs: Math.round(Number(row?.['seconds']) * 1000) } };
}

/** Returns what a stored view is now: its query's columns must still fit those that it was made with. */
async function expandView(
  context: StatementContext,
  name: TableName,
  view: PrestoView,
  { place, views = [] }: { readonly place: string; readonly views?: readonly string[] },
): Promise<{ readonly sql: string; readonly columns: readonly TypedColumn[] }> {
  const shown = displayName(name);
  if (views.includes(shown)) {
    throw userError('invalidView', `VIEW_IS_RECURSIVE: ${place}: View '${shown}' is recursive`);
  }
  const source = wholeText(view.originalSql);
  // A view keeps the catalog of its names. That Athena looks it up among the reader's catalogs is not sourced.
  const inside = { ...context, catalog: view.catalog };
  const translated = await translateQuery(inside, source, {
    original: view.originalSql,
    database: view.schema,
    views: [...views, shown],
  }).catch((error: unknown) => {
    if (!(error instanceof EngineError) || error.message.startsWith('VIEW_IS_RECURSIVE'))
      throw error;
    const reason = error.message.replace(/^[A-Z_]+: /, '');
    throw userError(
      'invalidView',
      `INVALID_VIEW: ${place}: Failed analyzing stored view '${shown}': ${reason}`,
    );
  });
  const stale = (reason: string): EngineError =>
    userError(
      'invalidView',
      `INVALID_VIEW: ${place}: View '${shown}' is stale or in invalid state: ${reason}`,
    );
  if (translated.columns.length !== view.columns.length) {
    throw stale(
      'stored view column count does not match column count derived from the view query analysis',
    );
  }
  const columns = view.columns.map((column, index): TypedColumn => {
    const found = translated.columns[index]?.type ?? { kind: 'any' };
    const parsed = context.toolkit.parseType(column.type, { path: 'view.sql' });
    const read = parsed.ok ? readTypeSyntax(parsed.value) : undefined;
    const stored = read !== undefined && 'type' in read ? read.type : found;
    if (!canCoerce(found, stored)) {
      throw stale(
        `column [${translated.columns[index]?.name ?? ''}] of type ${formatType(found)} projected from query view at position ${index} cannot be coerced to column [${column.name}] of type ${formatType(stored)} stored in view definition`,
      );
    }
    return { name: column.name, type: found };
  });
  const names = columns.map((_, index) => `c${index}`);
  const items = columns.map(({ name: column = '' }, index) => `c${index} as ${quoteName(column)}`);
  const sql = `select ${items.join(', ')} from (${translated.sql}) as stedi_view(${names.join(', ')})`;
  return { sql, columns };
}

async function readTable(
  context: StatementContext,
  table: Table,
  options: ResolveOptions,
  metadata: string | undefined,
): Promise<TableReader> {
  if (isIceberg(table)) {
    return context.iceberg.read(context, table, await readOptions(context, options, metadata));
  }
  if (options.travel !== undefined) {
    throw userError(
      'notSupported',
      'NOT_SUPPORTED: This connector does not support versioned tables',
    );
  }
  return readHiveTable(context, table, options.constrained);
}

function withoutPath({ columns, sql }: TableReader, showsPath: boolean): string {
  const names = columns.map(({ name }) => quoteName(name));
  return `select ${[...names, ...(showsPath ? ['"$path"'] : [])].join(', ')} from (${sql})`;
}

function resolveInformationSchema(
  context: StatementContext,
  table: string,
  place: string,
): TableReader {
  const reader = readInformationSchema(context.glue, context.catalog, table);
  if (reader !== undefined) return reader;
  throw userError(
    'notFound',
    `TABLE_NOT_FOUND: ${place}: Table '${context.catalog}.information_schema.${table}' does not exist`,
  );
}

function readParts(
  context: StatementContext,
  name: QualifiedName,
  { database }: ResolveOptions,
): TableName {
  const [table = '', schema = database, catalog = context.catalog] = name.parts
    .map(({ value }) => value.toLowerCase())
    .reverse();
  return { catalog, database: schema, table };
}

/** Makes a table or view that a query names readable for DuckDB, as it is now. Throws `EngineError`. */
export async function resolveTable(
  statement: StatementContext,
  name: QualifiedName,
  options: ResolveOptions,
): Promise<RelationTarget> {
  const place = placeOf(options.original, options.text.toOriginal(name.start));
  const [first, second] = name.parts;
  if (first?.value === localSchema && second !== undefined) {
    const relation = second.value.toLowerCase();
    return { schema: localSchema, relation, columns: options.local?.get(relation) ?? [] };
  }
  const parts = readParts(statement, name, options);
  const context = enterCatalog(statement, parts, place);
  if (parts.database === 'information_schema') {
    const reader = resolveInformationSchema(context, parts.table, place);
    const schema = schemaOf(statement, { ...parts, database: informationSchema });
    const target = { schema, relation: parts.table, columns: reader.columns };
    await createView(context, target, withoutPath(reader, false));
    return target;
  }
  const [base = '', metadata] = parts.table.split('$');
  const owner = metadata === undefined ? parts : { ...parts, table: base };
  const table = findTable(context, owner, place);
  if (isView(table)) {
    const view = readPrestoView(table);
    if (view === undefined) {
      throw userError(
        'notSupported',
        `HIVE_VIEW_TRANSLATION_ERROR: ${place}: Hive views are not supported`,
      );
    }
    const expanded = await expandView(context, parts, view, {
      place,
      ...(options.views && { views: options.views }),
    });
    const target = {
      schema: schemaOf(statement, parts),
      relation: parts.table,
      columns: expanded.columns,
    };
    await createView(context, target, expanded.sql);
    return target;
  }
  if (metadata !== undefined && !isIceberg(table)) {
    throw userError(
      'notFound',
      `TABLE_NOT_FOUND: ${place}: Table '${displayName(parts)}' does not exist`,
    );
  }
  const reader = await readTable(context, table, options, metadata);
  const travelled = options.travel === undefined ? '' : `@${options.travel.start}`;
  const showsPath = options.showsPath && metadata === undefined;
  const path: TypedColumn = { name: '$path', type: { kind: 'varchar' } };
  const target = {
    schema: schemaOf(statement, parts),
    relation: parts.table + travelled,
    columns: [...reader.columns, ...(showsPath ? [path] : [])],
  };
  await createView(context, target, withoutPath(reader, showsPath));
  context.scanned.bytes += reader.bytes;
  return target;
}
