import type { RowField, SqlType } from './sql-type.js';
import { didYouMean } from './suggest.js';

/** A column type that an external table cannot have, or that cannot be read. */
export interface TypeProblem {
  readonly problem: string;
  readonly hint?: string;
}

/** What of the declaration depends on who reads the files. */
export interface DeclaredTypeOptions {
  /** Whether a column may be `char(n)`; without it, the hint says to declare it varchar. */
  readonly char: boolean;
}

/**
 * The types that Athena's JSON SerDe reads, in the spelling of its DDL (Hive's) and of its queries (Trino's).
 * Source: https://docs.aws.amazon.com/athena/latest/ug/data-types.html
 */
const simpleTypes: Readonly<Record<string, SqlType>> = {
  bigint: { kind: 'bigint' },
  binary: { kind: 'varbinary' },
  boolean: { kind: 'boolean' },
  date: { kind: 'date' },
  decimal: { kind: 'decimal', precision: 38, scale: 0 },
  double: { kind: 'double' },
  float: { kind: 'real' },
  int: { kind: 'integer' },
  integer: { kind: 'integer' },
  real: { kind: 'real' },
  smallint: { kind: 'smallint' },
  string: { kind: 'varchar' },
  timestamp: { kind: 'timestamp', precision: 3, withZone: false },
  tinyint: { kind: 'tinyint' },
  varbinary: { kind: 'varbinary' },
  varchar: { kind: 'varchar' },
};

const knownNames = [...Object.keys(simpleTypes), 'array', 'map', 'row', 'struct'];

/** What went wrong while reading; caught in `readDeclaredType` only. */
class Unreadable extends Error {
  constructor(readonly problem: TypeProblem) {
    super(problem.problem);
  }
}

function refuse(problem: string, hint?: string): never {
  throw new Unreadable({ problem, ...(hint !== undefined && { hint }) });
}

function tokenize(text: string): readonly string[] {
  return text.match(/"(?:[^"]|"")*"|`[^`]*`|[A-Za-z_][\w]*|\d+|\S/g) ?? [];
}

/** Reads one type from its tokens, the first at `position`. */
function createReader(tokens: readonly string[], { char }: DeclaredTypeOptions) {
  let position = 0;
  const peek = (): string => tokens[position] ?? '';
  const next = (): string => tokens[position++] ?? refuse('the type ends too early');
  const expect = (wanted: string): void => {
    const found = tokens[position++];
    if (found !== wanted)
      refuse(`expected '${wanted}', found ${found === undefined ? 'the end' : `'${found}'`}`);
  };

  /** Reads a list in parentheses or angle brackets; returns `undefined` if there is none. */
  function readList<T>(readItem: () => T): readonly T[] | undefined {
    const closing = { '(': ')', '<': '>' }[peek()];
    if (closing === undefined) return undefined;
    position++;
    const items = [readItem()];
    while (peek() === ',') {
      position++;
      items.push(readItem());
    }
    expect(closing);
    return items;
  }

  function readField(): RowField {
    const token = next();
    const name = /^["`]/.test(token) ? token.slice(1, -1).replaceAll('""', '"') : token;
    if (peek() === ':') position++;
    return { name: name.toLowerCase(), type: readType() };
  }

  const readNumber = (): number => {
    const token = next();
    return /^\d+$/.test(token) ? Number(token) : refuse(`expected a number, found '${token}'`);
  };

  function readType(): SqlType {
    const name = next().toLowerCase();
    if (name === 'array' || name === 'map') {
      const [first, second, ...rest] = readList(readType) ?? [];
      if (name === 'array' && first && second === undefined)
        return { kind: 'array', element: first };
      if (name === 'map' && first && second && rest.length === 0) {
        return { kind: 'map', key: first, value: second };
      }
      return refuse(
        name === 'array' ? 'an array has one element type' : 'a map has a key and a value type',
        name === 'array' ? 'such as array(varchar)' : 'such as map(varchar, bigint)',
      );
    }
    if (name === 'row' || name === 'struct') {
      const fields = readList(readField) ?? refuse('a row has fields', 'such as row(id bigint)');
      return { kind: 'row', fields };
    }
    const simple: SqlType | undefined =
      name === 'char' && char ? { kind: 'char', length: 1 } : simpleTypes[name];
    if (simple === undefined) {
      const others =
        'an external table over JSON has varchar, numbers, boolean, date, timestamp, array, map and row';
      return refuse(
        `expected a type of an external table, found '${name}'`,
        name === 'char' ? 'declare it varchar' : didYouMean(name, knownNames, others),
      );
    }
    return withParameters(name, simple, readList(readNumber));
  }

  return {
    readType,
    readEnd: (): void => {
      if (position < tokens.length) refuse(`expected nothing after the type, found '${peek()}'`);
    },
  };
}

function withParameters(
  name: string,
  type: SqlType,
  parameters: readonly number[] | undefined,
): SqlType {
  if (parameters === undefined) return type;
  const [first = 0, second = 0] = parameters;
  if (type.kind === 'decimal' && parameters.length <= 2) {
    if (first < 1 || first > 38 || second > first) {
      return refuse('a decimal has 1 to 38 digits, and no more after the point than in all');
    }
    return { kind: 'decimal', precision: first, scale: second };
  }
  if (name === 'varchar' && parameters.length === 1) return { kind: 'varchar', length: first };
  if (type.kind === 'char' && parameters.length === 1) return { kind: 'char', length: first };
  if (type.kind === 'timestamp' && parameters.length === 1) {
    if (first > 6) return refuse('a timestamp has at most 6 digits after the second');
    return { kind: 'timestamp', precision: first, withZone: false };
  }
  return refuse(`${name} does not take these parameters`);
}

/** Returns the type that a column of an external table declares, in the spelling of Athena's DDL or of its queries. */
export function readDeclaredType(
  text: string,
  options: DeclaredTypeOptions = { char: false },
): SqlType | TypeProblem {
  try {
    const reader = createReader(tokenize(text), options);
    const type = reader.readType();
    reader.readEnd();
    return type;
  } catch (error) {
    if (error instanceof Unreadable) return error.problem;
    throw error;
  }
}
