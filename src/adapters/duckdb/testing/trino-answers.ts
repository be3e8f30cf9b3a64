/* eslint-disable no-restricted-imports -- tests compose the rooms */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { formatType, type SqlType } from '../../../core/sql-type.js';
import { createSqlToolkit } from '../../../sql/index.js';
import { createDuckDbDialect } from '../dialect.js';
import { codeOf, readEngineError } from '../engine-error.js';
import { installMacroStatements } from '../macros.js';
import { readTypeSyntax } from '../types/type-syntax.js';
import { sameCanonical, toCanonical, type Canonical } from './canonical-value.js';

const toolkit = createSqlToolkit();
const dialect = createDuckDbDialect(toolkit);
const fixtures = new URL('../../../../fixtures/trino-functions/', import.meta.url);

const generated = fileURLToPath(new URL('generated/', fixtures));

/** One expression with Trino's answer; see `fixtures/trino-functions/README.md`. */
export interface RecordedAnswer {
  readonly expr: string;
  readonly type?: string;
  readonly value?: Canonical;
  readonly error?: string;
  readonly functions?: readonly string[];
}

/** What the translation made of an expression. */
export type Outcome =
  /** `type` is the type that the translation knows. */
  | { readonly kind: 'right'; readonly type?: string }
  | { readonly kind: 'failed-too' }
  /** When it is translated, or by `engine-limit` when it runs. */
  | {
      readonly kind: 'refused';
      readonly codes: readonly string[];
      readonly message: string;
      /** The limit of DuckDB's, of `engine-limit`. */
      readonly limit?: string;
    }
  | { readonly kind: 'wrong'; readonly found: string; readonly sql: string };

/** Returns the families whose expressions are made, from signatures and edge values or by chance. */
export function listGeneratedFamilies(folder = generated): readonly string[] {
  return readdirSync(folder).map((name) => name.replace('.json', ''));
}

/** Returns the recorded answers of such a family. */
export function readGeneratedAnswers(
  family: string,
  folder = generated,
): readonly RecordedAnswer[] {
  const text = readFileSync(join(folder, `${family}.json`), 'utf8');
  return JSON.parse(text) as readonly RecordedAnswer[];
}

/** Returns the recorded answers of a family that was written by hand. */
export function readAnswers(family: string): readonly RecordedAnswer[] {
  const text = readFileSync(new URL(`${family}.json`, fixtures), 'utf8');
  return JSON.parse(text) as readonly RecordedAnswer[];
}

const limitsFile = new URL('limits/engine-limits.json', fixtures);

/** Returns the limits of DuckDB's that expressions with an answer of Trino's end with, by expression. */
export function readLimits(): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(limitsFile, 'utf8')) as Readonly<Record<string, string>>;
}

/**
 * Returns what the list of limits has too few or too many for these expressions, one line for each; `found` are those that
 * ended so.
 */
export function compareLimits(
  answers: readonly RecordedAnswer[],
  found: ReadonlyMap<string, string>,
): readonly string[] {
  const listed = readLimits();
  return answers.flatMap(({ expr }) =>
    listed[expr] === found.get(expr)
      ? []
      : [`limits/engine-limits.json: ${JSON.stringify({ [expr]: found.get(expr) })}`],
  );
}

/** A warehouse in memory that has the macros, and what kept some of them from being installed. */
export interface TestWarehouse {
  readonly connection: DuckDBConnection;
  readonly failures: readonly string[];
}

/** Opens an empty warehouse in memory and installs the macros. */
export async function openTestWarehouse(): Promise<TestWarehouse> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  const failures: string[] = [];
  for (const statement of installMacroStatements) {
    try {
      await connection.run(statement);
    } catch (error) {
      failures.push(`${String(error)}\n${statement}`);
    }
  }
  return { connection, failures };
}

/** Returns the type that Trino printed. Types that we do not know are `any`. */
export function readTypeName(text: string): SqlType {
  const syntax = toolkit.parseType(text, { path: '' });
  const read = syntax.ok ? readTypeSyntax(syntax.value) : undefined;
  return read && 'type' in read ? read.type : { kind: 'any' };
}

/** A whole query with Trino's answer; see `fixtures/trino-queries/README.md`. */
export interface RecordedQuery {
  readonly sql: string;
  readonly names?: readonly string[];
  readonly types?: readonly string[];
  readonly rows?: readonly (readonly Canonical[])[];
  readonly error?: string;
}

/** Returns the recorded queries of a group. */
export function readQueries(group: string): readonly RecordedQuery[] {
  const text = readFileSync(new URL(`../trino-queries/${group}.json`, fixtures), 'utf8');
  return JSON.parse(text) as readonly RecordedQuery[];
}

/** What DuckDB makes of a translated query. */
export type QueryAnswer =
  /** `whenRun`: by `engine-limit`. */
  | { readonly kind: 'refused'; readonly message: string; readonly whenRun?: boolean }
  | { readonly kind: 'failed'; readonly message: string; readonly sql: string }
  | {
      readonly kind: 'rows';
      readonly names: readonly string[];
      /** As the translation tells them; `undefined` if it does not know them. */
      readonly types: readonly string[] | undefined;
      readonly rows: readonly (readonly Canonical[])[];
      readonly sql: string;
    };

/** Translates and runs a query; values are read by Trino's types. */
export async function answerQuery(
  connection: DuckDBConnection,
  query: RecordedQuery,
): Promise<QueryAnswer> {
  const translated = dialect.translate(query.sql, { path: 'query.sql' });
  if (!translated.ok) {
    return {
      kind: 'refused',
      message: translated.diagnostics.map(({ message }) => message).join('; '),
    };
  }
  const { sql, columns } = translated.value;
  try {
    const reader = await connection.runAndReadAll(sql);
    const types = (query.types ?? []).map((type, index) =>
      withZone(readTypeName(type), columns?.[index]?.type),
    );
    const rows = reader
      .getRows()
      .map((row) => row.map((cell, index) => toCanonical(cell, types[index] ?? { kind: 'any' })));
    const known = columns?.map(({ type }) => formatType(type));
    return { kind: 'rows', names: reader.columnNames(), types: known, rows, sql };
  } catch (error) {
    const judged = judgeFailure(error, sql);
    return judged.kind === 'refused'
      ? { ...judged, whenRun: true }
      : { kind: 'failed', message: judged.found, sql };
  }
}

/** Puts the zone that the translation knows of into Trino's type, for the printing of the value. */
function withZone(type: SqlType, known: SqlType | undefined): SqlType {
  if (type.kind === 'array' && known?.kind === 'array') {
    return { ...type, element: withZone(type.element, known.element) };
  }
  if (type.kind === 'row' && known?.kind === 'row') {
    const fields = type.fields.map((field, index) => ({
      ...field,
      type: withZone(field.type, known.fields[index]?.type),
    }));
    return { ...type, fields };
  }
  if (type.kind !== 'timestamp' || known?.kind !== 'timestamp' || known.zone === undefined) {
    return type;
  }
  return { ...type, zone: known.zone };
}

/** Judges a failure of DuckDB's where Trino has a value: it must be the diagnostic that says so to users. */
export function judgeFailure(
  error: unknown,
  sql: string,
): Extract<Outcome, { kind: 'refused' | 'wrong' }> {
  const failure = readEngineError(error);
  const code = codeOf(failure);
  return code === 'engine-limit'
    ? {
        kind: 'refused',
        codes: [code],
        message: failure.reason,
        ...(failure.limit && { limit: failure.limit.name }),
      }
    : { kind: 'wrong', found: `DuckDB: ${failure.type}: ${failure.reason}`, sql };
}

/** Translates and runs one expression, and judges the result by Trino's. */
export async function judge(
  connection: DuckDBConnection,
  answer: RecordedAnswer,
): Promise<Outcome> {
  const translated = dialect.translate(`SELECT ${answer.expr}`, { path: 'expr.sql' });
  if (!translated.ok) {
    return {
      kind: 'refused',
      codes: translated.diagnostics.map(({ code }) => code),
      message: translated.diagnostics
        .map(({ message, hint }) => `${message}${hint === undefined ? '' : ` (${hint})`}`)
        .join('; '),
    };
  }
  const { sql } = translated.value;
  const known = translated.value.columns?.[0]?.type;
  let value: unknown;
  try {
    const reader = await connection.runAndReadAll(sql);
    value = reader.getRows()[0]?.[0];
  } catch (error) {
    return answer.error === undefined ? judgeFailure(error, sql) : { kind: 'failed-too' };
  }
  const type = readTypeName(answer.type ?? 'unknown');
  const found = toCanonical(value, withZone(type, known));
  const described = `${JSON.stringify(found)}${known ? ` as ${formatType(known)}` : ''}`;
  if (answer.error !== undefined || answer.value === undefined) {
    return { kind: 'wrong', found: described, sql };
  }
  return sameCanonical(found, answer.value, type)
    ? { kind: 'right', ...(known && { type: formatType(known) }) }
    : { kind: 'wrong', found: described, sql };
}

/** Returns a line for people about a wrong outcome. */
export function describeOutcome(answer: RecordedAnswer, outcome: Outcome): string {
  const expected =
    answer.error === undefined
      ? `${JSON.stringify(answer.value)} as ${answer.type ?? '?'}`
      : `error ${answer.error}`;
  const detail =
    outcome.kind === 'wrong'
      ? `found ${outcome.found}\n      ${outcome.sql}`
      : outcome.kind === 'refused'
        ? `refused: ${outcome.message}`
        : outcome.kind;
  return `${answer.expr}\n      expected ${expected}\n      ${detail}`;
}
