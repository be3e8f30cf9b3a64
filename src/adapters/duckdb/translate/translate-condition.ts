import type { TypedColumn } from '../../../core/adapter.js';
import type { Expression } from '../../../core/sql-syntax.js';
import { resultOf, type Result } from '../../../core/result.js';
import { formatType } from '../../../core/sql-type.js';
import { createContext, type TranslationOptions } from './translate-query.js';
import { createReporter } from './context.js';
import { renderSql } from './fragment.js';
import { emptyScope } from './scope.js';

/** A relation that a condition speaks of, by the name it has there. */
export interface NamedColumns {
  readonly name: string;
  /** Left out where they are not known. */
  readonly columns: readonly TypedColumn[] | undefined;
}

/** Translates a condition on the rows of relations to DuckDB's dialect. Diagnostics as for `translateToDuckDb`. */
export function translateCondition(
  condition: Expression,
  relations: readonly NamedColumns[],
  options: TranslationOptions,
): Result<string> {
  const { diagnostics, report } = createReporter(options.sql, options.path);
  const value = createContext(options, report).expression(condition, {
    ...emptyScope(),
    relations: relations.map(({ name, columns }) => ({
      names: [name],
      columns: columns ?? [],
      open: columns === undefined,
    })),
  });
  if (!value.failed && !['boolean', 'any', 'unknown'].includes(value.type.kind)) {
    const message = `expected a condition, found a value of the type ${formatType(value.type)}`;
    report('sql-type-mismatch', message, condition);
  }
  return resultOf(renderSql(value.sql, options.sql).text, diagnostics);
}
