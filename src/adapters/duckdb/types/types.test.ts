/* eslint-disable no-restricted-imports -- a test composes the rooms */
import { describe, expect, it } from 'vitest';
import { formatType, type SqlType } from '../../../core/sql-type.js';
import { createSqlToolkit } from '../../../sql/index.js';
import { canCoerce, commonType } from './coercion.js';
import { duckDbType } from './duckdb-type.js';
import { readDuckDbType } from './read-duckdb-type.js';
import { resolveSignature } from './resolve-signature.js';
import { substitute } from './type-pattern.js';
import { readTypeSyntax } from './type-syntax.js';

const toolkit = createSqlToolkit();

function read(text: string): SqlType {
  const syntax = toolkit.parseType(text, { path: '' });
  const type = syntax.ok ? readTypeSyntax(syntax.value) : undefined;
  if (type === undefined || 'problem' in type) throw new Error(`no type: ${text}`);
  return type.type;
}

describe('types as written', () => {
  it.each([
    ['INT', 'integer', 'INTEGER'],
    ['decimal', 'decimal(38,0)', 'DECIMAL(38, 0)'],
    ['decimal(5)', 'decimal(5,0)', 'DECIMAL(5, 0)'],
    ['varchar(3)', 'varchar(3)', 'VARCHAR'],
    ['char', 'char(1)', 'VARCHAR'],
    ['timestamp', 'timestamp(3)', 'TIMESTAMP'],
    ['timestamp(6) with time zone', 'timestamp(6) with time zone', 'TIMESTAMPTZ'],
    ['timestamp(9)', 'timestamp(9)', undefined],
    ['varbinary', 'varbinary', 'BLOB'],
    ['array<map<varchar,bigint>>', 'array(map(varchar, bigint))', 'MAP(VARCHAR, BIGINT)[]'],
    [
      'row(A integer, "b c" real)',
      'row(a integer, "b c" real)',
      'STRUCT("a" INTEGER, "b c" FLOAT)',
    ],
    [
      'row(integer, varchar)',
      'row(integer, varchar)',
      'STRUCT("field0" INTEGER, "field1" VARCHAR)',
    ],
    ['ipaddress', 'ipaddress', 'BLOB'],
    ['interval day to second', 'interval day to second', 'INTERVAL'],
  ])('%s is %s, in DuckDB %s', (text, formatted, stored) => {
    expect(formatType(read(text))).toBe(formatted);
    expect(duckDbType(read(text))).toBe(stored);
  });

  it.each(['foo', 'decimal(39)', 'decimal(3, 4)', 'bigint(3)', 'array', 'map(varchar)', 'numeric'])(
    '%s is none',
    (text) => {
      expect(() => read(text)).toThrow();
    },
  );
});

describe('types of DuckDB', () => {
  it.each([
    ['INTEGER', 'integer'],
    ['DECIMAL(5,2)', 'decimal(5,2)'],
    ['STRUCT(x INTEGER, "y ""z" DECIMAL(5,2))[]', 'array(row(x integer, "y ""z" decimal(5,2)))'],
    ['MAP(VARCHAR, INTEGER[])', 'map(varchar, array(integer))'],
    ['TIMESTAMP WITH TIME ZONE', 'timestamp(6) with time zone'],
    ['HUGEINT', 'any'],
    ["ENUM('a', 'b')", 'any'],
    ['INTEGER[3]', 'any'],
  ])('%s is %s', (text, expected) => {
    expect(formatType(readDuckDbType(text))).toBe(expected);
  });
});

describe('coercion', () => {
  it.each([
    ['integer', 'bigint', 'bigint'],
    ['integer', 'decimal(3,1)', 'decimal(11,1)'],
    ['bigint', 'double', 'double'],
    ['decimal(5,2)', 'real', 'real'],
    ['varchar(3)', 'varchar(5)', 'varchar(5)'],
    ['varchar(3)', 'varchar', 'varchar'],
    ['char(3)', 'varchar(5)', 'char(5)'],
    ['date', 'timestamp(3)', 'timestamp(3)'],
    ['timestamp(3)', 'timestamp(6) with time zone', 'timestamp(6) with time zone'],
    ['unknown', 'date', 'date'],
    ['array(integer)', 'array(double)', 'array(double)'],
    ['row(a integer)', 'row(b bigint)', 'row(bigint)'],
    ['integer', 'varchar', undefined],
    ['date', 'varchar', undefined],
    ['boolean', 'integer', undefined],
    ['json', 'varchar', undefined],
    ['array(integer)', 'integer', undefined],
  ])('%s meets %s as %s', (left, right, expected) => {
    const common = commonType(read(left), read(right));
    expect(common && formatType(common)).toBe(expected);
    const reversed = commonType(read(right), read(left));
    expect(reversed && formatType(reversed)).toBe(expected);
  });

  it.each([
    ['integer', 'bigint', true],
    ['bigint', 'integer', false],
    ['double', 'decimal(5,2)', false],
    ['decimal(5,2)', 'double', true],
    ['varchar(9)', 'varchar', true],
    ['varchar', 'varchar(9)', false],
    ['unknown', 'json', true],
  ])('%s becomes %s by itself: %s', (from, to, expected) => {
    expect(canCoerce(read(from), read(to))).toBe(expected);
  });
});

describe('signatures', () => {
  const resolve = (signatures: readonly string[], ...types: readonly string[]): string => {
    const match = resolveSignature(
      signatures,
      types.map((type) => (type === 'any' ? { kind: 'any' } : read(type))),
    );
    if (match === undefined) return 'none';
    return match.ambiguous
      ? 'ambiguous'
      : formatType(substitute(match.signature.result, match.bindings));
  };

  it.each([
    [['(bigint) -> bigint', '(double) -> double'], ['integer'], 'bigint'],
    [['(bigint) -> bigint', '(double) -> double'], ['real'], 'double'],
    [['(bigint) -> bigint', '(double) -> double'], ['varchar'], 'none'],
    [['(bigint) -> bigint', '(double) -> double'], ['any'], 'ambiguous'],
    [['(bigint) -> varchar', '(double) -> varchar'], ['any'], 'varchar'],
    [['(decimal(p,s)) -> decimal(p,s)', '(bigint) -> double'], ['integer'], 'double'],
    [['(decimal(p,s)) -> decimal(38,s)'], ['decimal(5,2)'], 'decimal(38,2)'],
    [['(array(T), T) -> T'], ['array(integer)', 'double'], 'double'],
    [['(map(K,V), K) -> V', '(array(E), bigint) -> E'], ['map(varchar, date)', 'varchar'], 'date'],
    [['(E...) -> E'], ['integer', 'bigint', 'double'], 'double'],
    [['(E...) -> E'], ['integer', 'varchar'], 'none'],
    [['(E, E...) -> E'], ['integer'], 'none'],
    [['(varchar(x)) -> varchar(x)'], ['varchar(3)'], 'varchar(3)'],
    [['(timestamp(p) with time zone) -> date'], ['timestamp(3)'], 'date'],
  ])('%j take %j: %s', (signatures, types, expected) => {
    expect(resolve(signatures, ...types)).toBe(expected);
  });
});
