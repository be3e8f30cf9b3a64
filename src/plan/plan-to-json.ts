import type { StoredColumn } from '../core/adapter.js';
import type { CompiledHook } from '../core/hook.js';
import type { JsonValue } from '../core/node.js';
import type { Plan, PlannedNode, Step } from '../core/plan.js';
import type { Relation } from '../core/relation.js';
import { formatType } from '../core/sql-type.js';

function relationToJson({ database, schema, identifier }: Relation): JsonValue {
  return { database, schema, identifier };
}

function stepToJson(step: Step): JsonValue {
  switch (step.kind) {
    case 'begin':
    case 'commit':
      return { kind: step.kind, target: relationToJson(step.target) };
    case 'publish-partitions':
      return {
        kind: step.kind,
        staged: relationToJson(step.staged),
        published: relationToJson(step.published),
      };
    case 'publish-file':
      return {
        kind: step.kind,
        staged: relationToJson(step.staged),
        published: relationToJson(step.published),
        location: step.file.location,
      };
    case 'create-schema':
      return { kind: step.kind, database: step.relation.database, schema: step.relation.schema };
    case 'stage':
      return { kind: step.kind, as: step.as, staged: relationToJson(step.staged), sql: step.sql };
    case 'stage-external':
      return {
        kind: step.kind,
        staged: relationToJson(step.staged),
        location: step.location,
        format: step.format,
        columns: step.columns.map(({ name, data_type }) => ({ name, type: data_type ?? null })),
      };
    case 'publish':
      return {
        kind: step.kind,
        staged: relationToJson(step.staged),
        published: relationToJson(step.published),
        sql: step.sql,
      };
    case 'alter-columns': {
      const { add, change, drop } = step.alteration;
      const toJson = ({ name, type }: StoredColumn): JsonValue => ({
        name,
        type: formatType(type),
      });
      return {
        kind: step.kind,
        relation: relationToJson(step.relation),
        add: add.map(toJson),
        change: change.map(toJson),
        drop,
      };
    }
    case 'write':
      return { kind: step.kind, relation: relationToJson(step.relation), sql: step.sql };
    case 'store-failures':
      return {
        kind: step.kind,
        as: step.as,
        published: relationToJson(step.published),
        sql: step.sql,
      };
    case 'check-contract':
      return {
        kind: step.kind,
        relation: relationToJson(step.relation),
        columns: step.columns?.map(({ name, type }) => ({ name, type: formatType(type) })) ?? null,
        constraints: step.constraints.map(({ title }) => title),
      };
    case 'check':
      return { kind: step.kind, sql: step.sql };
    case 'refuse':
      return {
        kind: step.kind,
        code: step.problems[0].code,
        message: step.problems.map(({ message }) => message).join('\n'),
      };
    case 'audit':
      return {
        kind: step.kind,
        tests: step.tests.map(({ node, sql, store }) => ({
          unique_id: node.uniqueId,
          name: node.name,
          severity: node.severity,
          sql,
          ...(store && { store_failures: relationToJson(store.published) }),
        })),
      };
    case 'hook':
      return hookToJson(step.hook);
    case 'discard':
      return { kind: step.kind, staged: relationToJson(step.staged) };
  }
}

function hookToJson({ time, position, statements }: CompiledHook): JsonValue {
  return { kind: 'hook', time, position, statements };
}

function plannedNodeToJson(planned: PlannedNode): JsonValue {
  return {
    unique_id: planned.uniqueId,
    name: planned.node.name,
    resource_type: planned.node.resourceType,
    materialized: planned.node.config.materialized,
    depends_on: planned.dependsOn,
    steps: planned.steps.map(stepToJson),
    ...(planned.ahead && {
      ahead: { reads: planned.ahead.reads, step: stepToJson(planned.ahead.stage) },
    }),
    notes: planned.notes ?? [],
  };
}

/** Returns the plan as JSON, for `--dry-run --output json`: nodes in topological order, each with its steps. */
export function planToJson(plan: Plan): JsonValue {
  const { hooks } = plan;
  return {
    nodes: plan.nodes.map(plannedNodeToJson),
    ...(hooks && {
      on_run_start: hooks.start.map(hookToJson),
      on_run_end: hooks.end.map(hookToJson),
    }),
  };
}
