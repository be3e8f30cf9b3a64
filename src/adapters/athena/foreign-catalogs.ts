import type { CatalogRelation } from '../../core/catalog.js';
import { warningDiagnostic, type Diagnostic } from '../../core/diagnostic.js';
import { relationKey, type Relation } from '../../core/relation.js';
import type { AwsApi } from './client/api-call.js';
import type { ApiResult } from './client/api-error.js';
import { apiDiagnostic } from './client/api-failure.js';
import { createGlueTables, type GlueTables } from './client/glue-tables.js';
import { describeTable } from './describe-table.js';
import type { RunContext } from './run-context.js';

/**
 * A catalog that names its account itself, without being registered (Athena User Guide, "Cross-account access to Data
 * Catalogs", "Using a catalog dynamically").
 */
const dynamicCatalog = /^glue:arn:aws[a-z-]*:glue:[a-z0-9-]+:([0-9]{12}):catalog$/i;

/** As many names make a pattern that GetTables takes (2048 characters) whatever their length; of more, all tables are read. */
const namesPerCall = 7;

/** Returns the account whose Glue catalog a data catalog of Athena is; `undefined` if it is none of Glue's. */
export async function findCatalogAccount(
  api: AwsApi,
  name: string,
): Promise<ApiResult<string | undefined>> {
  const [, account] = dynamicCatalog.exec(name) ?? [];
  if (account !== undefined) return { ok: true, value: account };
  return api.call(
    { service: 'athena', operation: 'GetDataCatalog', subject: name },
    async (athena, http) => {
      const { DataCatalog: catalog } = await athena.getDataCatalog({ Name: name }, http);
      return catalog?.Type === 'GLUE' ? catalog.Parameters?.['catalog-id'] : undefined;
    },
  );
}

function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values)
    groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}

async function readSchema(
  tables: GlueTables,
  relations: readonly Relation[],
  project: string,
): Promise<ApiResult<readonly CatalogRelation[]>> {
  const schema = relations[0]?.schema.toLowerCase() ?? '';
  const names = [...new Set(relations.map(({ identifier }) => identifier.toLowerCase()))];
  const read =
    names.length > namesPerCall
      ? await tables.getTables(schema)
      : await tables.findTables(schema, names);
  if (!read.ok) return read;
  const byName = new Map(read.value?.map((table) => [table.Name?.toLowerCase() ?? '', table]));
  const found = relations.flatMap((relation): readonly CatalogRelation[] => {
    const table = byName.get(relation.identifier.toLowerCase());
    if (table === undefined) return [];
    return [{ ...describeTable(table, relation, project), isForeign: true }];
  });
  return { ok: true, value: found };
}

/**
 * Returns those of the relations that lie in other data catalogs than the target's and are there, by `relationKey`. What
 * cannot be read is a warning, because the columns of such tables are only good to know: who may query a table need not be
 * allowed to list its database. Codes: those of `apiDiagnostic`.
 */
export async function readForeignRelations(
  { client: { api }, config, project }: Pick<RunContext, 'client' | 'config' | 'project'>,
  relations: readonly Relation[],
): Promise<{
  readonly relations: ReadonlyMap<string, CatalogRelation>;
  readonly diagnostics: readonly Diagnostic[];
}> {
  const own = config.catalog.toLowerCase();
  const foreign = relations.filter(({ database }) => database.toLowerCase() !== own);
  const found = new Map<string, CatalogRelation>();
  const diagnostics: Diagnostic[] = [];
  const refuse = (name: string, result: Extract<ApiResult<unknown>, { ok: false }>): void => {
    const { code, message, hint } = apiDiagnostic(result.error);
    const text = `the columns of tables in the data catalog '${name}' are not known: ${message}`;
    diagnostics.push(warningDiagnostic(code, text, { hint }));
  };
  const readDatabase = async (inCatalog: readonly Relation[]): Promise<void> => {
    const name = inCatalog[0]?.database ?? '';
    const account = await findCatalogAccount(api, name);
    if (!account.ok) {
      refuse(name, account);
      return;
    }
    // Of catalogs that are not Glue's (a Lambda function, a Hive metastore), only Athena knows the tables.
    if (account.value === undefined) return;
    const tables = createGlueTables(api, { catalogId: account.value });
    const schemas = [...groupBy(inCatalog, ({ schema }) => schema.toLowerCase()).values()];
    const read = await Promise.all(schemas.map((each) => readSchema(tables, each, project)));
    const failed = read.find((each) => !each.ok);
    if (failed?.ok === false) refuse(name, failed);
    for (const each of read.flatMap((result) => (result.ok ? result.value : []))) {
      found.set(relationKey(each.relation), each);
    }
  };
  const databases = [...groupBy(foreign, ({ database }) => database.toLowerCase()).values()];
  await Promise.all(databases.map(readDatabase));
  return { relations: found, diagnostics };
}
