import { GlueError } from '../../core/glue-catalog.js';
import { ddlError } from '../errors.js';
import { isIceberg } from '../hive/table-storage.js';
import { requirePlainName } from '../names.js';
import { nothing, type Outcome } from '../outcome.js';
import type { Statement } from '../sql/statement.js';
import type { CatalogStatementContext } from '../statement-context.js';

type Of<Kind extends Statement['kind']> = Extract<Statement, { kind: Kind }>;

function nameOf(parts: readonly string[]): string {
  return parts.at(-1) ?? '';
}

/** CREATE DATABASE. */
export function createDatabase(
  { glue }: CatalogStatementContext,
  statement: Of<'create-database'>,
): Outcome {
  const name = nameOf(statement.name.parts);
  requirePlainName(name);
  try {
    glue.createDatabase({
      Name: name,
      ...(statement.comment !== undefined && { Description: statement.comment }),
      ...(statement.location !== undefined && { LocationUri: statement.location }),
      Parameters: { ...statement.properties },
    });
  } catch (error) {
    if (!(error instanceof GlueError) || error.code !== 'AlreadyExistsException') throw error;
    if (!statement.ifNotExists) throw ddlError(`Database ${name} already exists`);
  }
  return nothing;
}

/** ALTER DATABASE … SET DBPROPERTIES. */
export function alterDatabase(
  { glue }: CatalogStatementContext,
  statement: Of<'alter-database'>,
): Outcome {
  const name = nameOf(statement.name.parts);
  const database = glue.listDatabases().find(({ Name }) => Name === name);
  if (database === undefined) throw ddlError(`Database does not exist: ${name}`);
  const { Description, LocationUri, Parameters } = database;
  glue.updateDatabase(name, {
    Name: name,
    ...(Description !== undefined && { Description }),
    ...(LocationUri !== undefined && { LocationUri }),
    Parameters: { ...Parameters, ...statement.properties },
  });
  return nothing;
}

/** DROP DATABASE; with CASCADE its tables go first, the data of Iceberg tables with them. */
export async function dropDatabase(
  context: CatalogStatementContext,
  statement: Of<'drop-database'>,
): Promise<Outcome> {
  const { glue } = context;
  const name = nameOf(statement.name.parts);
  if (!glue.listDatabases().some(({ Name }) => Name === name)) {
    if (statement.ifExists) return nothing;
    throw ddlError(`Database does not exist: ${name}`);
  }
  const tables = glue.listTables(name);
  if (tables.length > 0 && !statement.cascade) {
    throw ddlError(
      `InvalidOperationException(message:Database ${name} is not empty. One or more tables exist.)`,
    );
  }
  for (const table of tables) {
    if (isIceberg(table)) await context.iceberg.drop(context, table);
    else glue.deleteTable(name, table.Name ?? '');
  }
  glue.deleteDatabase(name);
  return nothing;
}
