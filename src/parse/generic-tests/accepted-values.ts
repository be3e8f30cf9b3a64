import type { JsonValue } from '../../core/node.js';
import type { GenericTest } from './generic-test.js';
import { escapeTemplate, quoteLiteral } from './sql-text.js';

type Scalar = string | number | boolean;

function isScalar(value: JsonValue): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Booleans as Python prints them, because dbt compares with that text. */
function printValue(value: Scalar): string {
  return typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);
}

/** A null in `not in (…)` would let every value pass, and a rounded number would compare with another one. */
function complainOfValues(values: JsonValue): string | undefined {
  if (!Array.isArray(values) || values.length === 0) return 'a list with at least one value';
  const list: readonly JsonValue[] = values;
  if (list.includes(null))
    return 'values other than null (nulls always pass; test them with not_null)';
  if (!list.every(isScalar)) return 'a list of texts, numbers and booleans';
  const rounded = list.find((value) => Number.isInteger(value) && !Number.isSafeInteger(value));
  if (rounded !== undefined) return `numbers below 2^53; write ${String(rounded)} in quotes`;
  return undefined;
}

/**
 * The column has no other values than `values`; nulls are ignored. As in dbt, values are compared as texts, and as
 * they stand, without quotes, with `quote: false`. Returns each other value, and how often it occurs.
 */
export const acceptedValues: GenericTest = {
  name: 'accepted_values',
  arguments: {
    values: { required: true, complain: complainOfValues },
    quote: {
      required: false,
      complain: (value) => (typeof value === 'boolean' ? undefined : 'true or false'),
    },
  },
  toSql({ from, column, arguments: { values, quote } }) {
    const list = (values as readonly Scalar[]).map((value) =>
      quote === false ? escapeTemplate(printValue(value)) : quoteLiteral(printValue(value)),
    );
    return `select
  ${column} as value_field,
  count(*) as n_records
from ${from}
where ${column} not in (${list.join(', ')})
group by ${column}`;
  },
};
