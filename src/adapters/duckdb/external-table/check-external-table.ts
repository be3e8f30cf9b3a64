import type { ConfigIssue } from '../../../core/config-issue.js';
import { configIssueDiagnostic } from '../../../core/config-issue.js';
import type { Diagnostic } from '../../../core/diagnostic.js';
import { readExternalTable, type ExternalTable } from '../../../core/external-table.js';
import { locateConfigKey } from '../../../core/locate-config-key.js';
import type { BuiltNode } from '../../../core/node.js';
import { matchProjected } from './projected-values.js';

/** What another engine does with such files, and this one cannot do just so. */
function findUnsupported({ jsonProperties, projection }: ExternalTable): readonly ConfigIssue[] {
  const issues: ConfigIssue[] = Object.keys(jsonProperties).map((name) => ({
    path: ['serde_properties'],
    kind: 'unsupported',
    message: `the property '${name}' of JSON files is not supported on this target`,
    hint: 'remove it, or build the model on a target that has it',
  }));
  for (const [name, column] of projection?.columns ?? []) {
    if (matchProjected(column, new Date()) !== undefined) continue;
    const [what, hint] =
      column.type === 'injected'
        ? ['takes its values from the query, which is not supported', 'use the type enum']
        : [
            'has dates that cannot be read',
            'formats of yyyy, MM, dd, HH, mm and ss work, and bounds in that format or NOW-3DAYS',
          ];
    issues.push({
      path: ['table_properties'],
      kind: 'unsupported',
      message: `the projected partition column '${name}' ${what} on this target`,
      hint,
    });
  }
  return issues;
}

/**
 * Returns what is wrong with the declaration of an external table, and what of it cannot be done here. Codes:
 * `config-conflict`, `config-invalid-value`, `config-unsupported`.
 */
export function checkExternalTable(model: BuiltNode): readonly Diagnostic[] {
  if (model.config.materialized !== 'external_table') return [];
  const { table, issues } = readExternalTable(model);
  return [...issues, ...findUnsupported(table)].map((each) =>
    configIssueDiagnostic(
      { ...each, message: `model '${model.name}': ${each.message}` },
      locateConfigKey(model, String(each.path[0])),
    ),
  );
}
