import type { JsonValue } from '../core/node.js';
import type { TestArguments } from './generic-tests/generic-test.js';

/** A generic test as its name tells it. */
export interface NamedTest {
  /** `not_null`, or `source_not_null` on a source. */
  readonly kind: string;
  /** The model's name, or `source_table`. */
  readonly target: string;
  /** With `column_name`. */
  readonly arguments: TestArguments;
}

/**
 * Returns dbt's name of a generic test, such as `accepted_values_orders_status__placed__shipped`: kind, target, and the
 * values of the arguments in the order of the arguments' names.
 */
export function nameGenericTest({ kind, target, arguments: given }: NamedTest): string {
  const values = Object.keys(given)
    .sort()
    .flatMap((name) => flatten(given[name] ?? null))
    .map((value) => value.replace(/[^0-9a-zA-Z_]+/g, '_'));
  return `${kind}_${target}_${values.join('__')}`;
}

/**
 * Returns the name for files, or `null` if the name itself will do: dbt cuts names of more than 63 characters, to the
 * first 30 characters of kind and target and the md5 of the name.
 */
export function shortenTestName(
  name: string,
  { kind, target }: NamedTest,
  md5: (text: string) => string,
): string | null {
  if (name.length <= 63) return null;
  return `${`${kind}_${target}`.slice(0, 30)}_${md5(name)}`;
}

function flatten(value: JsonValue): readonly string[] {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(toText);
  if (typeof value === 'object' && value !== null) return Object.values(value).map(toText);
  return [toText(value)];
}

/** Booleans and null as Python prints them, because dbt's names have them so. */
function toText(value: JsonValue): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value === null) return 'None';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
