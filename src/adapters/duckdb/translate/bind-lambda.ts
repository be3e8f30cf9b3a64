import type { Argument } from '../functions/rule.js';
import { operand, type Sql } from './fragment.js';

type Lambda = NonNullable<Argument['lambda']>;

/** The text of a fragment that is one word. */
function wordOf(fragment: Sql): string | undefined {
  const [word] = fragment.parts;
  return fragment.parts.length === 1 && typeof word === 'string' ? word : undefined;
}

/**
 * Returns a lambda's body with values in the place of its parameters, for a function of DuckDB whose lambda has other
 * parameters. The values are to be made of the lambda's own parameters: lambdas within it have other names.
 */
export function bindLambda(lambda: Lambda, values: readonly Sql[]): Sql {
  const bound = new Map(
    lambda.parameters.map((name, index) => [wordOf(name), operand(values[index] ?? name)]),
  );
  const replace = (fragment: Sql): Sql => {
    const word = wordOf(fragment);
    if (word !== undefined) return bound.get(word) ?? fragment;
    return {
      parts: fragment.parts.map((part) =>
        typeof part === 'object' && 'parts' in part ? replace(part) : part,
      ),
      atomic: fragment.atomic,
    };
  };
  return replace(lambda.body);
}
