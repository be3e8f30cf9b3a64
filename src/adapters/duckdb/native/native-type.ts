import type { SqlType } from '../../../core/sql-type.js';
import { isKnownType } from '../../../core/widening.js';
import { duckDbType } from '../types/duckdb-type.js';
import { readDuckDbType } from '../types/read-duckdb-type.js';
import { isSymbol, isWord, tokenizeDuckDb } from './tokenize-duckdb.js';

/**
 * DuckDB's other words for its types. Source: https://duckdb.org/docs/stable/sql/data_types/overview
 */
const aliases: Readonly<Record<string, string>> = {
  BIN: 'BLOB',
  BINARY: 'BLOB',
  BOOL: 'BOOLEAN',
  BPCHAR: 'VARCHAR',
  BYTEA: 'BLOB',
  CHAR: 'VARCHAR',
  DATETIME: 'TIMESTAMP',
  DEC: 'DECIMAL',
  'DOUBLE PRECISION': 'DOUBLE',
  FLOAT4: 'FLOAT',
  FLOAT8: 'DOUBLE',
  INT: 'INTEGER',
  INT1: 'TINYINT',
  INT2: 'SMALLINT',
  INT4: 'INTEGER',
  INT8: 'BIGINT',
  INT16: 'SMALLINT',
  INT32: 'INTEGER',
  INT64: 'BIGINT',
  INTEGRAL: 'INTEGER',
  LOGICAL: 'BOOLEAN',
  LONG: 'BIGINT',
  NUMERIC: 'DECIMAL',
  NVARCHAR: 'VARCHAR',
  REAL: 'FLOAT',
  SHORT: 'SMALLINT',
  SIGNED: 'INTEGER',
  STRING: 'VARCHAR',
  TEXT: 'VARCHAR',
  TIMESTAMP_US: 'TIMESTAMP',
  VARBINARY: 'BLOB',
};

/** The same of types that Athena does not have. */
const ownAliases: Readonly<Record<string, string>> = {
  BITSTRING: 'BIT',
  GUID: 'UUID',
  INT128: 'HUGEINT',
  TIMESTAMPTZ: 'TIMESTAMP WITH TIME ZONE',
  UINT8: 'UTINYINT',
  UINT16: 'USMALLINT',
  UINT32: 'UINTEGER',
  UINT64: 'UBIGINT',
  UINT128: 'UHUGEINT',
};

/** A decimal without digits has these. */
const plainDecimal = 'DECIMAL(18,3)';

/**
 * Returns a type in one spelling: other words for a type are its own, names are in capitals without quotes, a text has no length.
 */
export function spellNativeType(declared: string): string {
  const tokens = tokenizeDuckDb(declared);
  let spelt = '';
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    const next = tokens[at + 1];
    if (token.kind === 'symbol' || token.kind === 'number') {
      spelt += token.text;
      continue;
    }
    const bare = token.text.startsWith('\"') ? token.text.slice(1, -1) : token.text;
    if (token.text.startsWith("'")) {
      spelt += token.text;
      continue;
    }
    const isDouble = isWord(token, 'DOUBLE') && isWord(next, 'PRECISION');
    const upper = bare.toUpperCase();
    const name = isDouble ? 'DOUBLE' : ({ ...aliases, ...ownAliases }[upper] ?? upper);
    if (isDouble) at += 1;
    const hasDigits = isSymbol(tokens[at + 1], '(');
    if (name === 'VARCHAR' && hasDigits) at += 3;
    spelt += `${/\w$/u.test(spelt) ? ' ' : ''}${name === 'DECIMAL' && !hasDigits ? plainDecimal : name}`;
  }
  return spelt;
}

/**
 * Returns the type that DuckDB gives to a declaration in its own words (`numeric(12, 2)`, `text`, `int[]`); `any` for
 * types without a counterpart in Athena.
 */
export function readNativeType(declared: string): SqlType {
  const text = declared.trim().replace(/\s+/gu, ' ').toUpperCase();
  const list = /^(.*?) ?\[\]$/su.exec(text)?.[1];
  if (list !== undefined) return { kind: 'array', element: readNativeType(list) };
  const [, name = '', digits = ''] = /^(\w+(?: PRECISION)?) ?(\([\d, ]*\))?$/u.exec(text) ?? [];
  const known = Object.hasOwn(aliases, name) ? (aliases[name] ?? name) : name;
  if (known === 'DECIMAL') return readDuckDbType(digits === '' ? plainDecimal : `DECIMAL${digits}`);
  // DuckDB takes the length of a text, and makes nothing of it.
  if (known === 'VARCHAR') return readDuckDbType('VARCHAR');
  return readDuckDbType(known === '' ? text : `${known}${digits}`);
}

/** Returns how a type is written in a cast; `undefined` where DuckDB cannot store it. */
export function writeNativeType(type: SqlType): string | undefined {
  return isKnownType(type) ? duckDbType(type) : undefined;
}
