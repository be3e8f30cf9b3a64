import type { ModelCheck } from '../../core/adapter.js';
import { errorDiagnostic, type Diagnostic } from '../../core/diagnostic.js';
import { locateConfigKey } from '../../core/locate-config-key.js';
import type { QualifiedName } from '../../core/sql-syntax.js';
import type { SqlToolkit } from '../../core/sql-toolkit.js';

/** The catalog of one's own account, under the name that every account has it by. */
const ownCatalog = 'awsdatacatalog';

/** Returns the catalogs that a query reads, in lower case: those of the tables' names with three parts. */
export function readCatalogs(
  sql: string,
  { path, toolkit }: { readonly path: string; readonly toolkit: SqlToolkit },
): readonly string[] {
  const parsed = toolkit.parseQuery(sql, { path });
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (typeof value !== 'object' || value === null) return;
    const node = value as { readonly kind?: unknown; readonly name?: unknown };
    if (node.kind === 'table') {
      const { parts } = node.name as QualifiedName;
      const [catalog] = parts.length === 3 ? parts : [];
      if (catalog !== undefined) found.add(catalog.value.toLowerCase());
    }
    Object.values(value).forEach(visit);
  };
  if (parsed.ok) visit(parsed.value);
  return [...found];
}

/**
 * Returns what a model cannot do with other data catalogs: it is written to the target's own, through Glue, which knows
 * catalogs by accounts; and Athena makes no view over or in the catalog of another account (Athena User Guide, "Configure
 * cross-account access to AWS Glue data catalogs"). Codes: `config-unsupported`, `materialization-invalid`.
 */
export function checkCatalogs(
  { model, sql }: ModelCheck,
  { catalog, toolkit }: { readonly catalog: string; readonly toolkit: SqlToolkit },
): readonly Diagnostic[] {
  const { database } = model.relation;
  if (database.toLowerCase() !== catalog.toLowerCase()) {
    const message = `model '${model.name}' would be written to the data catalog '${database}', but the target writes to '${catalog}' alone`;
    return [
      errorDiagnostic('config-unsupported', message, {
        location: locateConfigKey(model, 'database'),
        hint: `remove 'database', or build the model on a target with catalog: ${database} and its catalog_id`,
      }),
    ];
  }
  if (model.config.materialized !== 'view') return [];
  const read = sql === undefined ? [] : readCatalogs(sql, { path: model.path, toolkit });
  const foreign = [catalog.toLowerCase(), ...read].find((name) => name !== ownCatalog);
  if (foreign === undefined) return [];
  const message = `model '${model.name}' is a view ${foreign === catalog.toLowerCase() ? 'in' : 'over'} the data catalog '${foreign}', and Athena makes no views with catalogs of other accounts`;
  return [
    errorDiagnostic('materialization-invalid', message, {
      location: locateConfigKey(model, 'materialized'),
      hint: 'use materialized: table',
    }),
  ];
}
