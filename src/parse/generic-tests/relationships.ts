import type { JsonValue } from '../../core/node.js';
import type { GenericTest } from './generic-test.js';
import { quoteIdentifier, quoteTemplateString } from './sql-text.js';

const callPattern =
  /^\s*(?:\{\{)?\s*(?<call>ref|source)\(\s*(?:'(?<a>[^']*)'|"(?<b>[^"]*)")\s*(?:,\s*(?:'(?<c>[^']*)'|"(?<d>[^"]*)")\s*)?\)\s*(?:\}\})?\s*$/;

/** A call with something else in it: a version, a variable. As in dbt, it is an expression of the template language. */
const expressionPattern =
  /^\s*(?:\{\{)?\s*(?<expression>(?:ref|source)\s*\((?:(?!\{\{|\}\}).)+\))\s*(?:\}\})?\s*$/s;

/** Returns `{{ ref(…) }}` or `{{ source(…) }}` for the text of a call, or `undefined` if it is none. */
function toReference(text: JsonValue): string | undefined {
  if (typeof text !== 'string') return undefined;
  const groups = callPattern.exec(text)?.groups;
  if (groups === undefined) {
    const expression = expressionPattern.exec(text)?.groups?.['expression'];
    return expression === undefined ? undefined : `{{ ${expression} }}`;
  }
  const names = [groups.a ?? groups.b, groups.c ?? groups.d].filter((name) => name !== undefined);
  if (groups.call === 'source' && names.length !== 2) return undefined;
  return `{{ ${groups.call}(${names.map(quoteTemplateString).join(', ')}) }}`;
}

/** Every value of the column occurs in the column `field` of `to`; nulls are ignored. Returns each value that does not. */
export const relationships: GenericTest = {
  name: 'relationships',
  arguments: {
    to: {
      required: true,
      isReference: true,
      complain: (value) =>
        toReference(value) === undefined ? `ref('model') or source('source', 'table')` : undefined,
    },
    field: {
      required: true,
      complain: (value) =>
        typeof value === 'string' && value !== '' ? undefined : 'the name of a column',
    },
  },
  toSql({ from, column, arguments: { to, field } }) {
    return `with child as (
  select ${column} as from_field
  from ${from}
  where ${column} is not null
),

parent as (
  select ${quoteIdentifier(typeof field === 'string' ? field : '')} as to_field
  from ${toReference(to ?? null) ?? ''}
)

select child.from_field
from child
left join parent on child.from_field = parent.to_field
where parent.to_field is null`;
  },
};
