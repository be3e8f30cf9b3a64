import type { Alteration, TypedColumn } from '../../core/adapter.js';
import type { CatalogRelation } from '../../core/catalog.js';
import { errorDiagnostic, hasErrors, type Diagnostic } from '../../core/diagnostic.js';
import { locateConfigKey } from '../../core/locate-config-key.js';
import type { SnapshotNode } from '../../core/node.js';
import type { Step } from '../../core/plan.js';
import { relationKey } from '../../core/relation.js';
import { failure, success, type Result } from '../../core/result.js';
import { isKnownType } from '../../core/widening.js';
import { keyExpressions } from '../key-expressions.js';
import type { Materialization, ModelPlanInput, ModelSteps } from '../materialization.js';
import { replaceSteps } from '../steps.js';
import { checkQuery } from '../snapshots/check-query.js';
import { checkTable, planAlteration } from '../snapshots/check-table.js';
import {
  findProblems,
  findTableProblems,
  findTypeProblems,
  findUnknownColumns,
  firstRows,
  mergeChanges,
  selectKeys,
  type QueryColumn,
  type SnapshotChangeInput,
  type SnapshotSqlInput,
  type TimeType,
} from '../snapshots/snapshot-sql.js';

/**
 * Keeps the rows of a query with the time from and until which they were so. The table is made once and then only added
 * to, whatever `--full-refresh` says: what its source was cannot be read again.
 */
export const snapshot: Materialization = {
  name: 'snapshot',
  plan(input) {
    const { node, compiled, catalog, dialect, rows } = input;
    if (node.resourceType !== 'snapshot') throw new Error(`${node.uniqueId} is no snapshot`);
    const { hash } = dialect.writers;
    if (hash === undefined) {
      const message = `snapshot '${node.name}' cannot be kept by this target`;
      return failure([
        errorDiagnostic('capability-missing', message, {
          location: node.location,
          hint: 'choose another target, or leave it out: --exclude resource_type:snapshot',
        }),
      ]);
    }
    const isNative = dialect.native !== undefined;
    const query = checkQuery(node, compiled.columns, { keysMayBeExpressions: isNative });
    if (!query.ok) return query;
    const existing = catalog.relations.get(relationKey(node.relation));
    const times = existing
      ? tableTimes(node, existing, dialect.tableColumnRules)
      : newTimes(node, query.value, dialect);
    const current = translateCurrent(node, input, { ...times, isNew: existing === undefined });
    if (!current.ok) return current;
    const names = query.value.map(({ name }) => name);
    const computed = isNative ? keyExpressions(node.config.unique_key, names) : [];
    const staged = dialect.renderRelation(rows);
    const sql: SnapshotSqlInput = {
      rules: node.rules,
      key: node.config.unique_key,
      keyExpressions: computed,
      columns: query.value,
      rows: computed.length === 0 ? staged : `(\n${selectKeys(computed)} FROM ${staged}\n)`,
      now: input.runStartedAt,
      times,
      validToCurrent: current.value,
      hash,
    };
    return existing === undefined
      ? success(planFirst(input, sql))
      : planChange(node, input, { sql, existing });
  },
};

/** The rows of the query under a name of their own, so that what is checked is what is kept. */
function stageRows({ node, compiled, rows }: ModelPlanInput): Step {
  return {
    kind: 'stage',
    as: 'rows',
    staged: rows,
    sql: compiled.engineSql,
    model: node,
    ...(compiled.columns && { columns: compiled.columns }),
  };
}

const rowsHint =
  'nothing was written: let the query return one row for each unique_key, and a time for each row';

function checkRows(sql: string): Step {
  return { kind: 'check', sql, code: 'snapshot-rows-invalid', hint: rowsHint };
}

/** The question whether the rows have more columns than are kept, where the query does not name each of them. */
function lostColumns(
  { compiled: { engineSql }, dialect, rows }: ModelPlanInput,
  { columns }: SnapshotSqlInput,
): readonly string[] {
  // An engine's own SQL may have more words for all columns than a star.
  if (dialect.native === undefined && !engineSql.includes('*')) return [];
  return [
    findUnknownColumns(
      columns.map(({ name }) => name),
      rows,
    ),
  ];
}

function planFirst(input: ModelPlanInput, sql: SnapshotSqlInput): ModelSteps {
  const whole = replaceSteps(
    {
      ...input,
      compiled: {
        ...input.compiled,
        engineSql: firstRows(sql),
        columns: [...sql.columns, ...metaColumns(sql)],
      },
    },
    'table',
  );
  const [createSchema, ...write] = whole.write;
  return {
    write: [
      ...(createSchema ? [createSchema] : []),
      stageRows(input),
      checkRows([findProblems(sql), ...lostColumns(input, sql)].join('\nUNION ALL\n')),
      ...write,
      { kind: 'discard', staged: input.rows },
    ],
    audited: whole.audited,
    publish: whole.publish,
  };
}

/** The columns that the snapshot adds, in the order of the statements. */
function metaColumns({
  rules: { columns, hardDeletes },
  times,
  validToCurrent,
}: SnapshotSqlInput): readonly TypedColumn[] {
  const time =
    times.from === 'date'
      ? ({ kind: 'date' } as const)
      : ({ kind: 'timestamp', precision: 6, withZone: false } as const);
  // What the engine makes of a date and the author's expression is for it to say.
  const end = times.to === 'date' && validToCurrent !== null ? ({ kind: 'any' } as const) : time;
  return [
    { name: columns.scdId, type: { kind: 'varchar' } },
    { name: columns.updatedAt, type: time },
    { name: columns.validFrom, type: time },
    { name: columns.validTo, type: end },
    ...(hardDeletes === 'new_record'
      ? [{ name: columns.isDeleted, type: { kind: 'varchar' } } as const]
      : []),
  ];
}

function planChange(
  node: SnapshotNode,
  input: ModelPlanInput,
  { sql, existing }: { readonly sql: SnapshotSqlInput; readonly existing: CatalogRelation },
): Result<ModelSteps> {
  const { dialect, staged, rows } = input;
  const problems: Diagnostic[] = [
    ...checkTable(node, existing, sql.columns, dialect.tableColumnRules),
  ];
  if (hasErrors(problems)) return failure(problems);
  const alteration = planAlteration(node, input, existing);
  problems.push(...alteration.diagnostics);
  if (!alteration.ok) return failure(problems);

  const isolation = dialect.isolation(node);
  if (isolation === 'none') {
    const message = `snapshot '${node.name}' is stored as a table whose rows cannot change on this target`;
    const location = locateConfigKey(node, 'table_type');
    const hint = 'store it as a table type whose rows can change (`table_type`)';
    return failure([errorDiagnostic('capability-missing', message, { location, hint })]);
  }
  const target = isolation === 'clone' ? staged : existing.relation;
  const changes: SnapshotChangeInput = {
    ...sql,
    table: dialect.renderRelation(target),
    settle: dialect.writers.settle ?? ((query) => query),
    known: new Set(existing.columns.map(({ name }) => name.toLowerCase())),
  };
  const untyped = untypedColumns(sql.columns, changes.known);
  const checks = [
    findProblems(sql),
    findTableProblems(changes),
    ...lostColumns(input, sql),
    ...(untyped.length > 0 ? [findTypeProblems(untyped, { rows, table: existing.relation })] : []),
  ];
  const alter: readonly Step[] =
    alteration.value === null ? [] : [alterStep(node, target, alteration.value)];
  const transaction = { target: existing.relation, staged, model: node };
  return success(
    {
      write: [
        { kind: 'begin', ...transaction },
        stageRows(input),
        checkRows(checks.join('\nUNION ALL\n')),
        ...alter,
        { kind: 'write', relation: target, sql: mergeChanges(changes) },
        { kind: 'discard', staged: rows },
      ],
      audited: isolation === 'clone' ? staged : null,
      publish: [{ kind: 'commit', ...transaction }],
    },
    problems,
  );
}

function alterStep(
  model: SnapshotNode,
  relation: SnapshotNode['relation'],
  alteration: Alteration,
): Step {
  return { kind: 'alter-columns', relation, alteration, model };
}

function untypedColumns(
  columns: readonly QueryColumn[],
  known: ReadonlySet<string>,
): readonly string[] {
  return columns
    .filter(({ name, type }) => !isKnownType(type) && known.has(name.toLowerCase()))
    .map(({ name }) => name);
}

/**
 * Returns how a new table holds times. As dbt does, a project in the engine's own SQL keeps an `updated_at` that is a date as
 * dates; elsewhere it becomes midnight, and the time of a run is never cut.
 */
function newTimes(
  { rules: { updatedAt } }: SnapshotNode,
  columns: readonly QueryColumn[],
  { native }: Pick<ModelPlanInput['dialect'], 'native'>,
): SnapshotSqlInput['times'] {
  const column = columns.find(({ name }) => name.toLowerCase() === updatedAt?.toLowerCase());
  const type = native && column?.type.kind === 'date' ? 'date' : 'timestamp(6)';
  return { from: type, to: type };
}

/** Returns how the table that is there holds times: what was made by dbt may have dates. */
function tableTimes(
  { rules: { columns } }: SnapshotNode,
  existing: CatalogRelation,
  rules: ModelPlanInput['dialect']['tableColumnRules'],
): SnapshotSqlInput['times'] {
  const typeOf = (name: string): TimeType => {
    const column = existing.columns.find((each) => each.name.toLowerCase() === name.toLowerCase());
    const type = column && rules?.readType(column, existing);
    return type?.kind === 'date' ? 'date' : 'timestamp(6)';
  };
  return { from: typeOf(columns.validFrom), to: typeOf(columns.validTo) };
}

/** Returns the engine's query of what `validTo` holds in rows that are valid now. Diagnostics at the key. */
function translateCurrent(
  node: SnapshotNode,
  { dialect }: ModelPlanInput,
  { to, isNew }: SnapshotSqlInput['times'] & { readonly isNew: boolean },
): Result<string | null> {
  const { validToCurrent } = node.rules;
  if (validToCurrent === null) return success(null);
  // As in dbt, dates that end at a moment become moments.
  const value =
    isNew && to === 'date'
      ? `coalesce(CAST(NULL AS date), ${validToCurrent})`
      : `CAST(${validToCurrent} AS ${to})`;
  const translated = dialect.translate(`SELECT ${value} AS valid_to`, { path: node.path });
  const located = locateConfigKey(node, 'dbt_valid_to_current');
  const location = located.line === undefined ? node.location : located;
  const diagnostics = translated.diagnostics.map((each) => ({
    ...each,
    location,
    message: `the dbt_valid_to_current '${validToCurrent}' of snapshot '${node.name}': ${each.message}`,
  }));
  return translated.ok ? success(translated.value.sql, diagnostics) : failure(diagnostics);
}
