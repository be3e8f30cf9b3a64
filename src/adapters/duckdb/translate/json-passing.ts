import type { JsonPathExpression } from '../../../core/sql-syntax.js';
import { isInteger } from '../types/common.js';
import type { Context, Value } from './context.js';
import { sql, type Sql } from './fragment.js';
import { isFormatted } from './json-build.js';
import type { StandardPath } from './json-standard-path.js';
import { macroCall } from './macro-call.js';
import type { Scope } from './scope.js';

type Path = Extract<StandardPath, { mode: string }>;
type Argument = JsonPathExpression['passing'][number];

/** The values of PASSING, and the lists of items that they are, by name. */
interface Passed {
  readonly values: readonly Value[];
  readonly items: ReadonlyMap<string, Sql>;
}

/** Decimals of so few digits are the same as doubles, which numbers of JSON are compared as. */
const mostDigits = 15;

/** The list of items that a value of PASSING is; NULL for an error, or a problem. */
function itemsOf(argument: Argument, value: Value): Sql | { readonly problem: string } {
  const { type } = value;
  const items = (item: Sql): Sql => sql`[coalesce(${item}, json('null'))]`;
  const open = 'it takes a text, whole number, double, short decimal or truth value';
  if (isFormatted(argument)) {
    if (argument.format !== undefined && argument.format !== 'json') {
      return { problem: 'encodings are not supported' };
    }
    if (type.kind !== 'varchar') return { problem: open };
    return sql`CASE WHEN ${value.sql} IS NULL THEN CAST([] AS JSON[]) ELSE ${macroCall('json_start', [value.sql])} END`;
  }
  if (argument.format !== undefined) return { problem: open };
  if (type.kind === 'unknown') return sql`[json('null')]`;
  if (type.kind === 'double') return items(macroCall('json_of_double', [value.sql]));
  if (type.kind === 'decimal' && type.precision <= mostDigits) {
    return items(sql`to_json(CAST(${value.sql} AS DOUBLE))`);
  }
  if (isInteger(type) || type.kind === 'varchar' || type.kind === 'boolean') {
    return items(sql`to_json(${value.sql})`);
  }
  return { problem: `${open} (CAST it)` };
}

/** Returns what PASSING gives to a path, or `undefined` after a diagnostic: function-unsupported or sql-syntax. */
export function passedItems(
  context: Context,
  syntax: JsonPathExpression,
  { path, scope }: { readonly path: Path; readonly scope: Scope },
): Passed | undefined {
  const values: Value[] = [];
  const items = new Map<string, Sql>();
  const refuse = (reason: string, argument: Argument): void => {
    context.report(
      'function-unsupported',
      `${syntax.function} cannot be translated: PASSING … AS ${argument.name.value} is not supported: ${reason}`,
      argument.value,
    );
  };
  for (const argument of syntax.passing) {
    const name = argument.name.quoted ? argument.name.value : argument.name.value.toUpperCase();
    if (items.has(name)) {
      context.report('sql-syntax', `PASSING names ${name} twice`, argument.name);
      return undefined;
    }
    const value = context.expression(argument.value, scope);
    const found = itemsOf(argument, value);
    if ('problem' in found) {
      if (!value.failed) refuse(found.problem, argument);
      return undefined;
    }
    // A number with its decimals is compared here, and would be shown with others.
    const isShown = path.root.kind === 'variable' && path.root.name === name;
    if (isShown && value.type.kind === 'decimal') {
      refuse('a decimal that the path begins with (CAST it to a double)', argument);
      return undefined;
    }
    values.push(value);
    items.set(name, found);
  }
  const missing = path.variables.find((name) => !items.has(name));
  if (missing === undefined) return { values, items };
  const hint = items.has(missing.toUpperCase())
    ? `write AS "${missing}": names without quotes are in capitals`
    : `add PASSING … AS "${missing}"`;
  context.report('sql-syntax', `no value is passed for $${missing}`, syntax.path, hint);
  return undefined;
}
