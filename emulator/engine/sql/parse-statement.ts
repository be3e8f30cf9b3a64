import { indexLines } from '../../../src/core/text-position.js';
import type { SqlToken } from '../../../src/core/sql-toolkit.js';
import { ParseFailure } from '../../../src/sql/parse-failure.js';
import type { EngineError, StatementKind } from '../../core/engine.js';
import { syntaxError, userError } from '../errors.js';
import { parseHiveStatement } from './parse-ddl.js';
import { parseTrinoStatement } from './parse-dml.js';
import { readAnyTokens } from './tokens.js';
import type { Statement } from './statement.js';

/** Which grammar a statement is read in. */
type Dialect = 'hive' | 'trino';

const utility = 'UTILITY';

/** Statements by their first words; the first that fits counts. What is missing, Athena does not have. */
const kinds: readonly (readonly [
  words: string,
  dialect: Dialect,
  type: StatementKind['statementType'],
  substatement: string,
])[] = [
  ['SELECT', 'trino', 'DML', 'SELECT'],
  ['WITH', 'trino', 'DML', 'SELECT'],
  ['VALUES', 'trino', 'DML', 'SELECT'],
  ['TABLE', 'trino', 'DML', 'SELECT'],
  ['(', 'trino', 'DML', 'SELECT'],
  ['INSERT INTO', 'trino', 'DML', 'INSERT'],
  ['MERGE INTO', 'trino', 'DML', 'MERGE'],
  ['UPDATE', 'trino', 'DML', 'UPDATE'],
  ['DELETE FROM', 'trino', 'DML', 'DELETE'],
  ['UNLOAD', 'trino', 'DML', 'UNLOAD'],
  ['EXPLAIN', 'trino', 'DML', 'EXPLAIN'],
  ['OPTIMIZE', 'trino', 'DDL', 'OPTIMIZE'],
  ['VACUUM', 'trino', 'DML', 'VACUUM'],
  ['CREATE OR REPLACE VIEW', 'trino', 'DDL', 'CREATE_VIEW'],
  ['CREATE VIEW', 'trino', 'DDL', 'CREATE_VIEW'],
  ['DROP VIEW', 'trino', 'DDL', 'DROP_VIEW'],
  ['CREATE DATABASE', 'hive', 'DDL', 'CREATE_DATABASE'],
  ['CREATE SCHEMA', 'hive', 'DDL', 'CREATE_DATABASE'],
  ['CREATE EXTERNAL TABLE', 'hive', 'DDL', 'CREATE_TABLE'],
  ['CREATE TABLE', 'hive', 'DDL', 'CREATE_TABLE'],
  ['DROP DATABASE', 'hive', 'DDL', 'DROP_DATABASE'],
  ['DROP SCHEMA', 'hive', 'DDL', 'DROP_DATABASE'],
  ['DROP TABLE', 'hive', 'DDL', 'DROP_TABLE'],
  ['ALTER DATABASE', 'hive', 'DDL', 'ALTER_DATABASE'],
  ['ALTER SCHEMA', 'hive', 'DDL', 'ALTER_DATABASE'],
  ['ALTER TABLE', 'hive', 'DDL', 'ALTER_TABLE'],
  ['MSCK REPAIR TABLE', 'hive', 'DDL', 'MSCK_REPAIR'],
  ['SHOW DATABASES', 'hive', utility, 'SHOW_DATABASES'],
  ['SHOW SCHEMAS', 'hive', utility, 'SHOW_DATABASES'],
  ['SHOW TABLES', 'hive', utility, 'SHOW_TABLES'],
  ['SHOW VIEWS', 'hive', utility, 'SHOW_VIEWS'],
  ['SHOW COLUMNS', 'hive', utility, 'SHOW_COLUMNS'],
  ['SHOW PARTITIONS', 'hive', utility, 'SHOW_PARTITIONS'],
  ['SHOW CREATE', 'hive', utility, 'SHOW_CREATE_TABLE'],
  ['SHOW TBLPROPERTIES', 'hive', utility, 'SHOW_TABLE_PROPERTIES'],
  ['DESCRIBE DATABASE', 'hive', utility, 'unsupported'],
  ['DESCRIBE INPUT', 'hive', utility, 'unsupported'],
  ['DESCRIBE OUTPUT', 'hive', utility, 'unsupported'],
  ['DESCRIBE', 'hive', utility, 'DESCRIBE_TABLE'],
  ['DESC', 'hive', utility, 'DESCRIBE_TABLE'],
];

/** Statements before which a comment is an error: the list that clients of Athena keep (dbt-athena issue 704). */
const withoutComment = ['ALTER TABLE', 'VACUUM', 'OPTIMIZE', 'DROP TABLE', 'MSCK REPAIR'];

function word(token: SqlToken | undefined): string {
  return token?.kind === 'word' ? token.text.toUpperCase() : (token?.text ?? '');
}

/** Whether `CREATE TABLE …` is a CTAS: after the name comes WITH or AS. */
function isCreateTableAs(tokens: readonly SqlToken[]): boolean {
  if (word(tokens[0]) !== 'CREATE' || word(tokens[1]) !== 'TABLE') return false;
  let at = word(tokens[2]) === 'IF' ? 5 : 2;
  at++;
  while (word(tokens[at]) === '.') at += 2;
  if (word(tokens[at]) === 'COMMENT') at += 2;
  return ['WITH', 'AS'].includes(word(tokens[at]));
}

interface Found extends StatementKind {
  readonly dialect: Dialect;
}

function findKind(tokens: readonly SqlToken[]): Found {
  if (isCreateTableAs(tokens)) {
    return {
      dialect: 'trino',
      statementType: 'DML',
      substatementType: 'CREATE_TABLE_AS_SELECT',
    };
  }
  const found = kinds.find(([words]) =>
    words.split(' ').every((each, index) => word(tokens[index]) === each),
  );
  if (found === undefined || found[3] === 'unsupported') throw unsupportedStatement();
  const [, dialect, statementType, substatementType] = found;
  return { dialect, statementType, substatementType };
}

/** The text is Athena's; it does not say what it does not support. */
function unsupportedStatement(): EngineError {
  return userError('notSupported', 'Queries of this type are not supported');
}

/** Strings of Hive's dialect may have quotes after a backslash, which Trino's do not know. */
function readEitherTokens(sql: string): readonly SqlToken[] {
  const isHive =
    /^(?:\s|--.*\n|\/\*[^]*?\*\/)*(?:CREATE\s+(?:EXTERNAL|DATABASE|SCHEMA)|ALTER|SHOW)\b/i.test(
      sql,
    );
  try {
    return readAnyTokens(sql, { hasEscapes: isHive });
  } catch (error) {
    // CREATE TABLE may be of either dialect.
    if (isHive || !(error instanceof ParseFailure)) throw error;
    return readAnyTokens(sql, { hasEscapes: true });
  }
}

/** Returns the tokens of the one statement. The text about several statements is not sourced. */
function readStatementTokens(sql: string): readonly SqlToken[] {
  const tokens = readEitherTokens(sql);
  let end = tokens.length;
  while (end > 0 && tokens[end - 1]?.text === ';') end--;
  const statement = tokens.slice(0, end);
  if (statement.some(({ kind, text }) => kind === 'symbol' && text === ';')) {
    throw syntaxError(`Only one sql statement is allowed. Got: ${sql}`);
  }
  const [first] = statement;
  if (first === undefined) throw unsupportedStatement();
  const opening = sql.slice(0, first.start);
  const isSensitive = withoutComment.some((words) =>
    words.split(' ').every((each, index) => word(statement[index]) === each),
  );
  if (isSensitive && /--|\/\*/.test(opening)) {
    const [start = '--'] = /--|\/\*/.exec(opening) ?? [];
    throw syntaxError(
      `FAILED: ParseException line 1:0 cannot recognize input near '${start}' '${first.text}'`,
    );
  }
  return statement;
}

/** Returns a failure of a parser as Athena's error: Trino's text, or Hive's. */
export function toSyntaxError(
  failure: ParseFailure,
  sql: string,
  dialect: Dialect = 'trino',
): EngineError {
  const { line, column } = indexLines(sql).locate(failure.span.start);
  const [, expected, found] = /^expected (.*), found (.*)$/s.exec(failure.message) ?? [];
  const message =
    expected === undefined
      ? failure.message
      : `mismatched input ${found ?? ''}. Expecting: ${expected}`;
  if (failure.code === 'sql-unsupported') {
    return dialect === 'hive'
      ? unsupportedStatement()
      : userError('notSupported', `NOT_SUPPORTED: line ${line}:${column}: ${message}`);
  }
  return dialect === 'hive'
    ? syntaxError(`FAILED: ParseException line ${line}:${column} ${message}`)
    : syntaxError(`line ${line}:${column}: ${message}`);
}

/** Reads, a parser's failure becoming Athena's error. */
export function attempt<T>(sql: string, dialect: Dialect, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ParseFailure ? toSyntaxError(error, sql, dialect) : error;
  }
}

/** A statement before it is parsed: its tokens, without the semicolon at its end, and its kind. */
export interface ScannedStatement extends StatementKind {
  readonly tokens: readonly SqlToken[];
  readonly dialect: Dialect;
}

/** Returns what the first words of a statement say of it. Throws `EngineError`. */
export function scanStatement(sql: string): ScannedStatement {
  const tokens = attempt(sql, 'trino', () => readStatementTokens(sql));
  return { ...findKind(tokens), tokens };
}

/**
 * Returns what kind of statement it is. A mistake in Trino's grammar is an error here already, as StartQueryExecution
 * refuses such statements; Hive's come when the statement runs. Throws `EngineError`.
 */
export function classifyStatement(sql: string): StatementKind {
  const { tokens, dialect, statementType, substatementType } = scanStatement(sql);
  // With parameters, what a query is shows only with their values.
  if (dialect === 'trino' && !tokens.some(({ text }) => text === '?')) {
    attempt(sql, dialect, () => parseTrinoStatement(sql, tokens));
  }
  return { statementType, substatementType };
}

/** Returns the statement's tree. Throws `EngineError`. */
export function parseStatement(sql: string): Statement {
  const { tokens, dialect } = scanStatement(sql);
  return attempt(sql, dialect, () =>
    dialect === 'trino' ? parseTrinoStatement(sql, tokens) : parseHiveStatement(tokens),
  );
}
