import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import { failure, success, type Result } from '../core/result.js';
import type { ParseOptions, SqlToolkit } from '../core/sql-toolkit.js';
import { prependCtes } from './add-ctes.js';
import { outputColumns } from './output-columns.js';
import { describeFailure, ParseFailure } from './parse-failure.js';
import { readExpression, readQuery, readType, splitStatements } from './statements.js';
import { tablesOf } from './tables-of.js';
import { readTokens } from './tokenize.js';

/** Returns what `read` returns, or the diagnostic of its failure. */
function attempt<T>(sql: string, options: ParseOptions, read: (sql: string) => T): Result<T> {
  try {
    return success(read(sql));
  } catch (error) {
    if (error instanceof ParseFailure) return failure([describeFailure(error, sql, options.path)]);
    // The only RangeError that the parser can cause: its recursion is as deep as the text is nested.
    if (error instanceof RangeError) return failure([nestedTooDeeply(options)]);
    throw error;
  }
}

function nestedTooDeeply({ path }: ParseOptions): Diagnostic {
  return errorDiagnostic('sql-unsupported', 'the query is nested too deeply', {
    location: { path },
    hint: 'take parts of it out into CTEs or models of their own',
  });
}

/** Returns the number of statements; a text that is no SQL at all counts as one, which then fails to parse. */
function countStatements(sql: string): number {
  const tokens = attempt(sql, { path: '' }, readTokens);
  return tokens.ok ? splitStatements(tokens.value).length : 1;
}

/** Returns the SQL toolkit: Athena's SQL as tokens and as a tree. */
export function createSqlToolkit(): SqlToolkit {
  return {
    tokenize: (sql, options) => attempt(sql, options, readTokens),
    parseQuery: (sql, options) => attempt(sql, options, readQuery),
    parseExpression: (sql, options) => attempt(sql, options, readExpression),
    parseType: (text, options) => attempt(text, options, readType),
    hasSql: (sql) => countStatements(sql) > 0,
    countStatements,
    addCtes: (sql, ctes, options) => attempt(sql, options, (text) => prependCtes(text, ctes)),
    outputColumns,
    tablesOf,
  };
}
