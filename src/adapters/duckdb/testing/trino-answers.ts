/* eslint-disable no-restricted-imports -- tests compose the rooms */
import { readFileSync } from 'node:fs';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { formatType, type SqlType } from '../../../core/sql-type.js';
import { createSqlToolkit } from '../../../sql/index.js';
import { createDuckDbDialect } from '../dialect.js';
import { installMacroStatements } from '../macros.js';
import { readTypeSyntax } from '../types/type-syntax.js';
import { sameCanonical, toCanonical, type Canonical } from './canonical-value.js';

const toolkit = createSqlToolkit();
const dialect = createDuckDbDialect(toolkit);
const fixtures = new URL('../../../../fixtures/trino-functions/', import.meta.url);

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
  | { readonly kind: 'right' }
  | { readonly kind: 'failed-too' }
  | { readonly kind: 'refused'; readonly codes: readonly string[]; readonly message: string }
  | { readonly kind: 'wrong'; readonly found: string; readonly sql: string };

/** Returns the recorded answers of a family. */
export function readAnswers(family: string): readonly RecordedAnswer[] {
  const text = readFileSync(new URL(`${family}.json`, fixtures), 'utf8');
  return JSON.parse(text) as readonly RecordedAnswer[];
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
function readTypeName(text: string): SqlType {
  const syntax = toolkit.parseType(text, { path: '' });
  const read = syntax.ok ? readTypeSyntax(syntax.value) : undefined;
  return read && 'type' in read ? read.type : { kind: 'any' };
}

/** Puts the zone that the translation knows of into Trino's type, for the printing of the value. */
function withZone(type: SqlType, known: SqlType | undefined): SqlType {
  if (type.kind !== 'timestamp' || known?.kind !== 'timestamp' || known.zone === undefined) {
    return type;
  }
  return { ...type, zone: known.zone };
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
    const message = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return answer.error === undefined
      ? { kind: 'wrong', found: `DuckDB: ${message ?? ''}`, sql }
      : { kind: 'failed-too' };
  }
  const type = readTypeName(answer.type ?? 'unknown');
  const found = toCanonical(value, withZone(type, known));
  const described = `${JSON.stringify(found)}${known ? ` as ${formatType(known)}` : ''}`;
  if (answer.error !== undefined || answer.value === undefined) {
    return { kind: 'wrong', found: described, sql };
  }
  return sameCanonical(found, answer.value, type)
    ? { kind: 'right' }
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
