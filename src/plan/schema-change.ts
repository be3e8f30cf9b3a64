import type { Alteration, StoredColumn } from '../core/adapter.js';
import type { CatalogRelation } from '../core/catalog.js';
import {
  errorDiagnostic,
  hasErrors,
  warningDiagnostic,
  type Diagnostic,
} from '../core/diagnostic.js';
import { locateConfigKey } from '../core/locate-config-key.js';
import { failure, success, type Result } from '../core/result.js';
import { formatType } from '../core/sql-type.js';
import { isKnownType, isSameType, isWidening } from '../core/widening.js';
import type { ModelPlanInput } from './materialization.js';

/** The columns that a run of an incremental model writes, and how its table must change before. */
export interface WrittenColumns {
  /** In the order of the table; what the table has besides gets null. */
  readonly columns: readonly string[];
  /** Left out where the table stays as it is. */
  readonly alteration?: Alteration;
}

/** A column of both, of another type in each. */
export interface TypeChange {
  readonly wanted: StoredColumn;
  readonly found: StoredColumn;
}

/** What the query and the table do not have in common. */
export interface Differences {
  readonly added: readonly StoredColumn[];
  /** Columns of the table that the query does not have. */
  readonly missing: readonly string[];
  readonly retyped: readonly TypeChange[];
  /** Columns of the query whose type could not be found out, `added` ones included. */
  readonly untyped: readonly string[];
}

const unknown = { kind: 'any' } as const;
const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');

function keptColumns(
  existing: CatalogRelation,
  names: readonly string[] | undefined,
): readonly string[] {
  const there = existing.columns.map(({ name }) => name);
  const wanted = names && new Set(names.map((name) => name.toLowerCase()));
  return wanted === undefined ? there : there.filter((name) => wanted.has(name.toLowerCase()));
}

/** What dbt does by default: the table keeps its columns, and the query must have them. */
function ignoreChanges(
  { node }: ModelPlanInput,
  existing: CatalogRelation,
  names: readonly string[] | undefined,
): Result<WrittenColumns> {
  const there = existing.columns.map(({ name }) => name);
  if (names === undefined) return success({ columns: there });
  const lower = (each: readonly string[]): ReadonlySet<string> =>
    new Set(each.map((name) => name.toLowerCase()));
  const [wanted, kept] = [lower(names), lower(there)];
  const location = { path: node.path };
  const problems = [
    ...there
      .filter((name) => !wanted.has(name.toLowerCase()))
      .map((name) =>
        errorDiagnostic(
          'incremental-columns',
          `the query of incremental model '${node.name}' has no column '${name}', which its table has`,
          {
            location,
            hint: 'add the column, build the table anew with --full-refresh, or set `on_schema_change`',
          },
        ),
      ),
    ...names
      .filter((name) => !kept.has(name.toLowerCase()))
      .map((name) =>
        warningDiagnostic(
          'incremental-columns',
          `column '${name}' of incremental model '${node.name}' is left out, because its table has no such column`,
          {
            location,
            hint: 'set `on_schema_change`, build the table anew with --full-refresh, or remove the column',
          },
        ),
      ),
  ];
  return hasErrors(problems) ? failure(problems) : success({ columns: there }, problems);
}

/** Returns what the columns of the query and of the table do not have in common, as far as they are known. */
export function compareColumns(
  { node, compiled, dialect }: ModelPlanInput,
  existing: CatalogRelation,
): Differences {
  const rules = dialect.tableColumnRules;
  const there = new Map(existing.columns.map((column) => [column.name.toLowerCase(), column]));
  const added: StoredColumn[] = [];
  const retyped: TypeChange[] = [];
  const untyped: string[] = [];
  const { native } = dialect;
  for (const { name, type, nativeType } of compiled.columns ?? []) {
    if (name === undefined) continue;
    const stored = isKnownType(type) ? rules?.storedType(type, node) : undefined;
    const found = there.get(name.toLowerCase());
    there.delete(name.toLowerCase());
    // A type that the engine alone has is known by its name.
    const own = stored === undefined && native ? nativeType : undefined;
    const wanted = { name, type: stored ?? unknown, ...(own !== undefined && { nativeType: own }) };
    const isSame =
      found && own !== undefined && native?.spellType(found.type) === native?.spellType(own);
    if (!isKnownType(wanted.type) && !isSame && (own === undefined || found)) untyped.push(name);
    if (found === undefined) {
      added.push(wanted);
      continue;
    }
    const type_ = rules?.readType(found, existing) ?? unknown;
    if (isKnownType(wanted.type) && !isSameType(wanted.type, type_)) {
      retyped.push({ wanted: { ...wanted, name: found.name }, found: { ...wanted, type: type_ } });
    }
  }
  return { added, missing: [...there.values()].map(({ name }) => name), retyped, untyped };
}

/** Returns the words for a column of another type. */
export function describeRetyped({ wanted, found }: TypeChange): string {
  const before = isKnownType(found.type) ? formatType(found.type) : 'another type';
  return `'${wanted.name}' is ${formatType(wanted.type)} in the query and ${before} in the table`;
}

function describeDifferences({ added, missing, retyped }: Differences): readonly string[] {
  return [
    ...(added.length > 0 ? [`the table lacks ${quoted(added.map(({ name }) => name))}`] : []),
    ...(missing.length > 0 ? [`the query lacks ${quoted(missing)}`] : []),
    ...retyped.map(describeRetyped),
  ];
}

/**
 * Returns which columns an incremental model writes to the table that is there, and how that changes before, as
 * `on_schema_change` says. What dbt does: `ignore` keeps the table's columns; `fail` stops if there is any difference, also of
 * types; `append_new_columns` adds columns, and gives null to those that the query does not have; `sync_all_columns` also
 * removes those, and changes types. Source: https://docs.getdbt.com/docs/build/incremental-models#what-if-the-columns-of-my-incremental-model-change
 * Codes: `incremental-columns`, `capability-missing`.
 */
export function planColumns(
  input: ModelPlanInput,
  existing: CatalogRelation,
): Result<WrittenColumns> {
  const { node, compiled, dialect } = input;
  const names = compiled.columns?.flatMap(({ name }) => name ?? []);
  const { on_schema_change: reaction } = node.config.extra;
  // The configuration's schema lets nothing else through.
  if (typeof reaction !== 'string' || reaction === 'ignore')
    return ignoreChanges(input, existing, names);

  const location = locateConfigKey(node, 'on_schema_change');
  const refuse = (
    message: string,
    hint: string,
    code: Diagnostic['code'] = 'incremental-columns',
  ): Result<never> =>
    failure([
      errorDiagnostic(code, `incremental model '${node.name}' ${message}`, { location, hint }),
    ]);
  const rules = dialect.tableColumnRules;
  if (rules === undefined) {
    return refuse(
      `sets on_schema_change: ${reaction}, but this target cannot compare columns`,
      'remove it',
      'capability-missing',
    );
  }
  if (names === undefined) {
    return refuse(
      `sets on_schema_change: ${reaction}, but the columns of its query are not known, because a '*' hides some`,
      'name the columns in place of the star, or read the table by ref or source, whose columns are known',
    );
  }

  const differences = compareColumns(input, existing);
  const { added, missing, retyped, untyped } = differences;
  const mustKnow =
    reaction === 'append_new_columns'
      ? untyped.filter((name) => added.some((each) => each.name === name))
      : untyped;
  if (mustKnow.length > 0) {
    return refuse(
      `sets on_schema_change: ${reaction}, but the type of ${quoted(mustKnow)} in its query is not known`,
      `write ${mustKnow.map((name) => `CAST(… AS …) AS ${name}`).join(', ')}`,
    );
  }
  const shown = describeDifferences(differences);
  if (shown.length === 0) return success({ columns: keptColumns(existing, names) });

  if (reaction === 'fail') {
    return refuse(
      `stops, because its columns are no longer those of its table: ${shown.join('; ')}`,
      'build the table anew with --full-refresh, or set on_schema_change to append_new_columns or sync_all_columns',
    );
  }

  const syncs = reaction === 'sync_all_columns';
  const alteration: Alteration = {
    add: added,
    change: syncs ? retyped.map(({ wanted }) => wanted) : [],
    drop: syncs ? missing : [],
  };
  const reasons = [
    ...(syncs ? retyped : [])
      .filter(({ wanted, found }) => !isWidening(found.type, wanted.type))
      .map((change) => `${describeRetyped(change)}, which takes writing all rows anew`),
    ...rules.refuse(alteration, { model: node, existing }),
  ];
  if (reasons.length > 0) {
    return refuse(
      `cannot give its table the columns of its query: ${reasons.join('; ')}`,
      'build the table anew with --full-refresh, or keep the columns as they are',
    );
  }
  const warnings = (syncs ? [] : retyped).map((change) =>
    warningDiagnostic(
      'incremental-columns',
      `incremental model '${node.name}': ${describeRetyped(change)}, and append_new_columns changes no types`,
      { location, hint: 'cast the column, or set on_schema_change: sync_all_columns' },
    ),
  );
  const isEmpty = [alteration.add, alteration.change, alteration.drop].every(
    ({ length }) => length === 0,
  );
  return success(
    {
      columns: [...keptColumns(existing, names), ...added.map(({ name }) => name)],
      ...(!isEmpty && { alteration }),
    },
    warnings,
  );
}
