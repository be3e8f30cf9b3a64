import { ownPathOf } from '../core/own-path.js';
import type { Compiler, WrittenRunHook } from '../compile/create-compiler.js';
import type { JsonValue } from '../core/node.js';
import type { PlannedHooks } from '../core/plan.js';
import { relationKey, type Relation } from '../core/relation.js';
import { failure, success, type Result } from '../core/result.js';
import type { NodeResult, RunResults } from '../core/run-results.js';
import type { Operation } from '../core/operation.js';
import type { RunHook } from '../core/hook.js';
import type { ProjectGraph } from './load-project-graph.js';

/** Returns the hooks of a project and its packages at one time that run, those of packages first. */
function writtenHooks(
  operations: readonly Operation[],
  time: WrittenRunHook['time'],
): readonly WrittenRunHook[] {
  return operations
    .filter((each) => each.time === time && each.config.enabled)
    .map(({ uniqueId, packageName, index, hook: { sql, location } }) => ({
      time,
      position: index + 1,
      uniqueId,
      packageName,
      sql,
      location,
    }));
}

/** What an `on-run-end` hook reads of a node's result; dbt's names, durations in seconds. */
function viewResult(result: NodeResult): JsonValue {
  const { node, status, message, executionMs, failures, rowsAffected, threadId } = result;
  const relation = 'relation' in node ? node.relation : undefined;
  return {
    unique_id: node.uniqueId,
    status: status === 'cancelled' ? 'skipped' : status,
    message,
    failures,
    execution_time: executionMs / 1000,
    thread_id: threadId,
    adapter_response: { ...result.adapterResponse, rows_affected: rowsAffected },
    timing: [{ name: 'execute', started_at: result.startedAt, completed_at: result.completedAt }],
    node: {
      unique_id: node.uniqueId,
      name: node.name,
      resource_type: node.resourceType,
      package_name: node.packageName,
      original_file_path: ownPathOf(node),
      fqn: node.fqn,
      tags: node.tags,
      config: { materialized: node.config.materialized, schema: node.config.schema },
      database: relation?.database ?? null,
      schema: relation?.schema ?? null,
      alias: relation?.identifier ?? null,
    },
  };
}

/** Returns what `on-run-end` hooks see of a run: `results`, `schemas`, `database_schemas`, as in dbt. */
export function endHookContext(
  results: readonly NodeResult[],
): Readonly<Record<string, JsonValue>> {
  const built = results.flatMap(({ node, status }) =>
    'relation' in node && status === 'success' ? [node.relation] : [],
  );
  const pairs = new Map(built.map((each) => [`${each.database}.${each.schema}`, each]));
  return {
    results: results.map(viewResult),
    schemas: [...new Set(built.map(({ schema }) => schema))],
    database_schemas: [...pairs.values()].map(({ database, schema }) => [database, schema]),
  };
}

/**
 * Returns the hooks around a run, `null` where there are none. Those at its end are compiled as if nothing had run, so that
 * what is wrong in them is said before anything is touched. `relations` are those that the run builds.
 */
export function planRunHooks(
  { project, parsed: { operations = [] } }: Pick<ProjectGraph, 'project' | 'parsed'>,
  compiler: Compiler,
  relations: readonly Relation[],
): Result<PlannedHooks | null> {
  const [written, atEnd] = [
    writtenHooks(operations, 'on-run-start'),
    writtenHooks(operations, 'on-run-end'),
  ];
  if (written.length === 0 && atEnd.length === 0) return success(null);
  const start = compiler.compileRunHooks(written, {});
  const end = compiler.compileRunHooks(atEnd, endHookContext([]));
  const diagnostics = [...start.diagnostics, ...end.diagnostics];
  if (!start.ok || !end.ok) return failure(diagnostics);
  const { database, schema } = project.target;
  const schemas = new Map(
    [{ database, schema, identifier: '' }, ...relations].map((each) => [
      relationKey({ ...each, identifier: '' }),
      { database: each.database, schema: each.schema, identifier: '' },
    ]),
  );
  return success(
    { schemas: [...schemas.values()], start: start.value, end: end.value },
    diagnostics,
  );
}

/** Returns what compiles the hooks at the end of a run once its results are known. */
export function endHooksOf(
  { parsed: { operations = [] } }: Pick<ProjectGraph, 'parsed'>,
  compiler: Compiler,
): (results: RunResults) => Result<readonly RunHook[]> {
  return ({ results }) =>
    compiler.compileRunHooks(writtenHooks(operations, 'on-run-end'), endHookContext(results));
}
