import type { Argument } from '../functions/rule.js';
import { operand, type Sql } from './fragment.js';

type Lambda = NonNullable<Argument['lambda']>;

/**
 * Returns a lambda's body with values in the place of its parameters, for a function of DuckDB whose lambda has other
 * parameters. The values are to be made of the lambda's own parameters: these names are free in lambdas within it.
 */
export function bindLambda(lambda: Lambda, values: readonly Sql[]): Sql {
  const bound = new Map(lambda.parameters.map((name, index) => [name, values[index] ?? name]));
  const replace = (fragment: Sql): Sql => {
    const value = bound.get(fragment);
    if (value !== undefined) return operand(value);
    return {
      parts: fragment.parts.map((part) =>
        typeof part === 'object' && 'parts' in part ? replace(part) : part,
      ),
      atomic: fragment.atomic,
    };
  };
  return replace(lambda.body);
}
