import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import { locateConfigKey } from '../core/locate-config-key.js';
import type { BuiltNode } from '../core/node.js';

/**
 * Returns why a model of dbt's is not built here: it is written in Python, or its rows go to a file (dbt-duckdb's `external`).
 * Only it fails, and what reads it is skipped: the rest of the project does not depend on it. Code: `capability-missing`.
 */
export function refuseModel(node: BuiltNode): Diagnostic | undefined {
  if (node.resourceType !== 'model') return undefined;
  if (node.language === 'python') {
    const message = `model '${node.name}' is written in Python, which is not run`;
    const hint = `write it in SQL, or leave it and what reads it out: --exclude ${node.name}+`;
    return errorDiagnostic('capability-missing', message, { location: { path: node.path }, hint });
  }
  if (node.config.materialized === 'external') {
    const message = `model '${node.name}' is materialized as 'external', a file, which is not written`;
    const hint = `materialize it as a table and copy that to a file, or leave it and what reads it out: --exclude ${node.name}+`;
    const location = locateConfigKey(node, 'materialized');
    return errorDiagnostic('capability-missing', message, { location, hint });
  }
  return undefined;
}
