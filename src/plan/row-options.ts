import type { TypedColumn } from '../core/adapter.js';
import { errorDiagnostic, warningDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import { locateConfigKey } from '../core/locate-config-key.js';
import type { JsonValue, BuiltNode } from '../core/node.js';
import { resultOf, type Result } from '../core/result.js';
import { didYouMean } from '../core/suggest.js';
import type { ModelPlanInput } from './materialization.js';

/** Configuration keys that say how rows change, and that only some strategies read. */
export const rowOptionKeys = [
  'merge_update_columns',
  'merge_exclude_columns',
  'incremental_predicates',
  'merge_update_condition',
  'merge_insert_condition',
] as const;

/** One of these keys. */
export type RowOptionKey = (typeof rowOptionKeys)[number];

/** How the rows of a table change, besides its key. */
export interface RowOptions {
  /** The columns that a row gets anew whose key is there; all if left out. */
  readonly updates?: readonly string[];
  /** Conditions in the engine's dialect. */
  readonly predicates: readonly string[];
  /** When a row whose key is there is updated, and when one whose key is new is added; always if left out. */
  readonly updateWhen?: string;
  readonly insertWhen?: string;
}

/** What the options may speak of. */
export interface RowColumns {
  /** The columns that are written. */
  readonly written: readonly string[];
  /** The columns of the table, and what is known of their types. */
  readonly table: readonly TypedColumn[];
}

/** `undefined` where the key is not given: an empty list is something else. */
function textsOf(value: JsonValue | undefined): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const list: readonly JsonValue[] = Array.isArray(value) ? value : [value];
  return list.filter((each) => typeof each === 'string');
}

/** Returns what a model says for a key; `predicates` is dbt's other word, which goes before. */
function optionOf({ config }: BuiltNode, key: RowOptionKey): readonly string[] | undefined {
  const other = key === 'incremental_predicates' ? textsOf(config.extra['predicates']) : undefined;
  return other !== undefined && other.length > 0 ? other : textsOf(config.extra[key]);
}

/** Returns which keys contradict each other or the strategy. Code: `config-conflict`. */
export function checkRowOptions(
  node: BuiltNode,
  strategy: { readonly name: string; readonly reads: readonly RowOptionKey[] },
): readonly Diagnostic[] {
  const given = rowOptionKeys.filter((key) => optionOf(node, key) !== undefined);
  const both =
    given.includes('merge_update_columns') && given.includes('merge_exclude_columns')
      ? [
          errorDiagnostic(
            'config-conflict',
            `incremental model '${node.name}' has both merge_update_columns and merge_exclude_columns`,
            {
              location: locateConfigKey(node, 'merge_exclude_columns'),
              hint: 'keep one of them: either the columns to update, or those to leave as they are',
            },
          ),
        ]
      : [];
  const unread = given.filter((key) => !strategy.reads.includes(key));
  return [
    ...both,
    ...unread.map((key) =>
      warningDiagnostic(
        'config-conflict',
        `incremental model '${node.name}' has '${key}', which the strategy '${strategy.name}' does not read`,
        { location: locateConfigKey(node, key), hint: 'remove it, or use the strategy merge' },
      ),
    ),
  ];
}

function readUpdates(
  node: BuiltNode,
  written: readonly string[],
): { readonly updates?: readonly string[]; readonly problems: readonly Diagnostic[] } {
  const updated = textsOf(node.config.extra.merge_update_columns);
  const excluded = textsOf(node.config.extra.merge_exclude_columns);
  const [key, names] =
    updated === undefined
      ? (['merge_exclude_columns', excluded] as const)
      : (['merge_update_columns', updated] as const);
  if (names === undefined) return { problems: [] };
  const known = new Set(written.map((name) => name.toLowerCase()));
  const problems = names
    .filter((name) => !known.has(name.toLowerCase()))
    .map((name) =>
      errorDiagnostic(
        'materialization-invalid',
        `'${name}' in the ${key} of incremental model '${node.name}' is no column that it writes`,
        {
          location: locateConfigKey(node, key),
          hint: didYouMean(name, written, `the columns are ${written.join(', ')}`),
        },
      ),
    );
  const named = new Set(names.map((name) => name.toLowerCase()));
  const keys = new Set(node.config.unique_key.map((name) => name.toLowerCase()));
  const updates = written.filter((name) =>
    updated === undefined
      ? !named.has(name.toLowerCase()) && !keys.has(name.toLowerCase())
      : named.has(name.toLowerCase()),
  );
  return { updates, problems };
}

/**
 * Returns how rows change, from the model's configuration. An empty `merge_update_columns` updates nothing.
 * Codes: `materialization-invalid`, `capability-missing`, and those of a condition: `sql-syntax`, `sql-unsupported`,
 * `column-not-found`, `sql-type-mismatch` and others of a translation, at the key.
 */
export function planRowOptions(
  { node, compiled, dialect }: ModelPlanInput,
  strategy: { readonly name: string; readonly reads: readonly RowOptionKey[] },
  { written, table }: RowColumns,
): Result<RowOptions> {
  const problems: Diagnostic[] = [];
  let updates: readonly string[] | undefined;
  if (strategy.reads.includes('merge_update_columns')) {
    const read = readUpdates(node, written);
    problems.push(...read.problems);
    updates = read.updates;
  }
  const translateAll = (key: RowOptionKey): readonly string[] => {
    const conditions = strategy.reads.includes(key) ? (optionOf(node, key) ?? []) : [];
    const location = locateConfigKey(node, key);
    return conditions.flatMap((condition) => {
      const translated = dialect.translatePredicate?.(condition, {
        path: node.path,
        target: table,
        source: strategy.name === 'merge' ? compiled.columns : null,
      });
      if (translated === undefined) {
        const message = `incremental model '${node.name}' has ${key}, which this target does not take`;
        problems.push(
          errorDiagnostic('capability-missing', message, { location, hint: 'remove it' }),
        );
        return [];
      }
      problems.push(
        ...translated.diagnostics.map((each) => ({
          ...each,
          location,
          message: `the condition '${condition}' of incremental model '${node.name}': ${each.message}`,
        })),
      );
      return translated.ok ? [translated.value] : [];
    });
  };
  const predicates = translateAll('incremental_predicates');
  // dbt-duckdb's, of which no other engine has an equivalent here.
  const [updateWhen, insertWhen] = (
    ['merge_update_condition', 'merge_insert_condition'] as const
  ).map((key) => (dialect.native ? joinConditions(translateAll(key)) : undefined));
  return resultOf(
    {
      ...(updates && { updates }),
      predicates,
      ...(updateWhen !== undefined && { updateWhen }),
      ...(insertWhen !== undefined && { insertWhen }),
    },
    problems,
  );
}

function joinConditions(conditions: readonly string[]): string | undefined {
  return conditions.length === 0 ? undefined : conditions.map((each) => `(${each})`).join(' AND ');
}
