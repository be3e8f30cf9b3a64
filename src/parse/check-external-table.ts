import { errorDiagnostic, type Diagnostic, type SourceLocation } from '../core/diagnostic.js';
import type { ModelNode } from '../core/node.js';
import { locateEntry, type DescribedModel } from './model-entries.js';

/**
 * Returns what an external table lacks: it declares files (`location`) and their columns with types, and has no query.
 * Diagnostics: `materialization-invalid`.
 */
export function checkExternalTable(
  model: ModelNode,
  hasSql: boolean,
  described: DescribedModel | undefined,
): readonly Diagnostic[] {
  const file = { path: model.path };
  const entry = described && locateEntry(described.properties, described.entry);
  const who = `external_table model '${model.name}'`;
  const complain = (message: string, location: SourceLocation, hint: string) =>
    errorDiagnostic('materialization-invalid', message, { location, hint });

  const diagnostics: Diagnostic[] = [];
  if (hasSql) {
    const hint = 'remove the SQL, or choose another materialization';
    diagnostics.push(complain(`${who} declares files and cannot have a query`, file, hint));
  }
  if (model.config.location === null) {
    const hint = 'add `location:` under `config:`, the folder or file with the data';
    diagnostics.push(complain(`${who} has no location`, entry ?? file, hint));
  }
  if (model.columns.length === 0) {
    const hint = 'declare `columns:` with `name` and `data_type` in a YAML file';
    diagnostics.push(complain(`${who} has no columns`, entry ?? file, hint));
  }
  model.columns.forEach((column, index) => {
    if (column.data_type !== undefined) return;
    const path = [...(described?.entry.yamlPath ?? []), 'columns', index, 'name'];
    const message = `column '${column.name}' of ${who} has no data_type`;
    const hint = 'add `data_type:`, such as bigint or varchar';
    diagnostics.push(complain(message, described?.properties.locate(path) ?? file, hint));
  });
  return diagnostics;
}
