import type { SqlToolkit } from '../../../src/core/sql-toolkit.js';
import type { StatementKind, StatementRequest } from '../../core/engine.js';
import { userError } from '../errors.js';
import { readAnyTokens } from './tokens.js';

/**
 * Returns what a value given for `?` stands for. A text that reads as an expression without names is that expression;
 * every other text is a string, as measured on Athena (aoyagikouhei/athena-local, docs/parameters.md).
 */
function readValue(toolkit: SqlToolkit, value: string): string {
  const parsed = toolkit.parseExpression(value, { path: 'parameter' });
  const hasName = /"kind":"(?:name|field|subquery|exists)"/.test(JSON.stringify(parsed));
  return parsed.ok && !hasName ? `(${value})` : `'${value.replaceAll("'", "''")}'`;
}

/** Statements whose `?` may have values. Source: Athena User Guide, querying-with-prepared-statements. */
const withParameters = ['SELECT', 'INSERT', 'CREATE_TABLE_AS_SELECT', 'UNLOAD'];

/** Returns the statement of a request with the request's values, where its kind may have them. */
export function bindStatement(
  toolkit: SqlToolkit,
  { sql, parameters }: Pick<StatementRequest, 'sql' | 'parameters'>,
  { substatementType }: StatementKind,
): string {
  return withParameters.includes(substatementType) ? bindParameters(toolkit, sql, parameters) : sql;
}

/** Returns the statement with its values in the places of `?`. Values for a statement without `?` are not looked at. */
export function bindParameters(
  toolkit: SqlToolkit,
  sql: string,
  parameters: readonly string[],
): string {
  if (!sql.includes('?')) return sql;
  const marks = readAnyTokens(sql).filter(({ kind, text }) => kind === 'symbol' && text === '?');
  if (marks.length === 0) return sql;
  if (marks.length !== parameters.length) {
    throw userError(
      'syntax',
      `INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected ${marks.length} but found ${parameters.length}`,
    );
  }
  let bound = '';
  let at = 0;
  marks.forEach(({ start, end }, index) => {
    bound += sql.slice(at, start) + readValue(toolkit, parameters[index] ?? '');
    at = end;
  });
  return bound + sql.slice(at);
}
