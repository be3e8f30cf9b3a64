import type { Catalog, CatalogRelation } from '../../core/catalog.js';
import { relationKey, type Relation } from '../../core/relation.js';
import { failure, success, type Result } from '../../core/result.js';
import { apiDiagnostic } from './client/api-failure.js';
import { describeTable } from './describe-table.js';
import { readForeignRelations } from './foreign-catalogs.js';
import type { RunContext } from './run-context.js';

/**
 * Returns the tables and views of the schemas, with `owned: yes | no`, `project`, `node`, `run` and `table_type` as
 * attributes. The context remembers each, with its version, so that a run need not ask again. Those of `others` that lie in
 * other data catalogs come with them. Codes: those of a call to AWS.
 */
export async function readCatalog(
  context: RunContext,
  schemas: readonly string[],
  others: readonly Relation[] = [],
): Promise<Result<Catalog>> {
  const { client, config, project, seen, listed, databases } = context;
  const names = [...new Set(schemas.map((schema) => schema.toLowerCase()))];
  const [foreign, read] = await Promise.all([
    readForeignRelations(context, others),
    Promise.all(names.map((name) => client.tables.getTables(name))),
  ]);
  const relations = new Map<string, CatalogRelation>(foreign.relations);
  for (const [index, result] of read.entries()) {
    const schema = names[index] ?? '';
    if (!result.ok) return failure([apiDiagnostic(result.error)]);
    listed.add(schema);
    // A schema that is not there has no tables; the run makes it when it needs it.
    if (result.value === undefined) continue;
    databases.add(schema);
    for (const table of result.value) {
      const relation = { database: config.catalog, schema, identifier: table.Name ?? '' };
      const key = relationKey(relation);
      seen.set(key, table);
      relations.set(key, describeTable(table, relation, project));
    }
  }
  return success({ relations }, foreign.diagnostics);
}
