import type {
  JsonArrayExpression,
  JsonBehavior,
  JsonObjectExpression,
  JsonPathExpression,
  JsonValueArgument,
  TypeSyntax,
} from '../core/sql-syntax.js';
import type { Cursor } from './cursor.js';
import { parseString } from './parse-literal.js';

type JsonFormat = NonNullable<JsonValueArgument['format']>;

const encodings = ['UTF8', 'UTF16', 'UTF32'] as const;

function parseFormat(cursor: Cursor): JsonFormat | undefined {
  if (!cursor.accept('FORMAT', 'JSON')) return undefined;
  if (!cursor.accept('ENCODING')) return 'json';
  const encoding = encodings.find((each) => cursor.accept(each));
  if (encoding === undefined) return cursor.fail('UTF8, UTF16 or UTF32');
  return encoding.toLowerCase() as Lowercase<typeof encoding>;
}

function parseArgument(cursor: Cursor): JsonValueArgument {
  const value = cursor.grammar.expression(cursor);
  const format = parseFormat(cursor);
  return { value, ...(format && { format }) };
}

function parsePassing(cursor: Cursor): JsonPathExpression['passing'] {
  if (!cursor.accept('PASSING')) return [];
  return cursor.list(() => {
    const argument = parseArgument(cursor);
    cursor.expect('AS');
    return { ...argument, name: cursor.identifier() };
  });
}

/** Reads `RETURNING type`; of JSON with its format, which is the one that it has anyway: text, or bytes in UTF-8. */
function parseReturning(
  cursor: Cursor,
  { withFormat }: { readonly withFormat: boolean },
): TypeSyntax | undefined {
  if (!cursor.accept('RETURNING')) return undefined;
  const type = cursor.grammar.type(cursor);
  const format = withFormat ? parseFormat(cursor) : undefined;
  const isBytes = type.kind === 'generic' && type.name === 'varbinary';
  if (format !== undefined && format !== 'json' && !(format === 'utf8' && isBytes)) {
    cursor.unsupported('this encoding of a result is not supported', type);
  }
  return type;
}

function parseWrapper(cursor: Cursor): JsonPathExpression['wrapper'] {
  const wrapperWords = (): void => {
    cursor.accept('ARRAY');
    cursor.expect('WRAPPER');
  };
  if (cursor.accept('WITHOUT')) {
    wrapperWords();
    return 'without';
  }
  if (!cursor.accept('WITH')) return undefined;
  const conditional = cursor.accept('CONDITIONAL');
  if (!conditional) cursor.accept('UNCONDITIONAL');
  wrapperWords();
  return conditional ? 'conditional' : 'unconditional';
}

function parseQuotes(cursor: Cursor): JsonPathExpression['quotes'] {
  const quotes = cursor.accept('KEEP', 'QUOTES')
    ? 'keep'
    : cursor.accept('OMIT', 'QUOTES')
      ? 'omit'
      : undefined;
  if (quotes !== undefined && cursor.accept('ON', 'SCALAR')) {
    if (!cursor.accept('STRING')) cursor.accept('TEXT');
  }
  return quotes;
}

function parseBehavior(cursor: Cursor): JsonBehavior | undefined {
  if (cursor.accept('NULL')) return { kind: 'null' };
  if (cursor.accept('ERROR')) return { kind: 'error' };
  if (cursor.accept('TRUE')) return { kind: 'true' };
  if (cursor.accept('FALSE')) return { kind: 'false' };
  if (cursor.accept('UNKNOWN')) return { kind: 'unknown' };
  if (cursor.accept('EMPTY', 'ARRAY')) return { kind: 'empty-array' };
  if (cursor.accept('EMPTY', 'OBJECT')) return { kind: 'empty-object' };
  if (cursor.accept('DEFAULT'))
    return { kind: 'default', value: cursor.grammar.expression(cursor) };
  return undefined;
}

/** Reads JSON_EXISTS, JSON_VALUE or JSON_QUERY. */
export function parseJsonPath(cursor: Cursor): JsonPathExpression {
  const start = cursor.start();
  const name = cursor.next().text.toLowerCase() as JsonPathExpression['function'];
  cursor.expect('(');
  const input = parseArgument(cursor);
  cursor.expect(',');
  const path = parseString(cursor);
  const passing = parsePassing(cursor);
  const returning =
    name === 'json_exists'
      ? undefined
      : parseReturning(cursor, { withFormat: name === 'json_query' });
  const wrapper = name === 'json_query' ? parseWrapper(cursor) : undefined;
  const quotes = name === 'json_query' ? parseQuotes(cursor) : undefined;
  let onEmpty: JsonBehavior | undefined;
  let onError: JsonBehavior | undefined;
  for (;;) {
    const behavior = parseBehavior(cursor);
    if (behavior === undefined) break;
    cursor.expect('ON');
    if (onEmpty === undefined && name !== 'json_exists' && cursor.accept('EMPTY')) {
      onEmpty = behavior;
    } else {
      cursor.expect('ERROR');
      onError = behavior;
      break;
    }
  }
  cursor.expect(')');
  return {
    kind: 'json-path',
    function: name,
    input: input.value,
    ...(input.format && { inputFormat: input.format }),
    path,
    passing,
    ...(returning && { returning }),
    ...(wrapper && { wrapper }),
    ...(quotes && { quotes }),
    ...(onEmpty && { onEmpty }),
    ...(onError && { onError }),
    ...cursor.span(start),
  };
}

function parseNulls(cursor: Cursor): 'null' | 'absent' | undefined {
  if (cursor.accept('NULL', 'ON', 'NULL')) return 'null';
  if (cursor.accept('ABSENT', 'ON', 'NULL')) return 'absent';
  return undefined;
}

function parseMember(cursor: Cursor): JsonObjectExpression['members'][number] {
  const withWords = cursor.accept('KEY');
  const key = cursor.grammar.expression(cursor);
  if (withWords || !cursor.accept(':')) cursor.expect('VALUE');
  return { key, ...parseArgument(cursor) };
}

/** Reads JSON_OBJECT. */
export function parseJsonObject(cursor: Cursor): JsonObjectExpression {
  const start = cursor.start();
  cursor.expect('JSON_OBJECT', '(');
  const isEmpty = [')', 'NULL', 'ABSENT', 'RETURNING'].some(
    (each) => cursor.sees(each) && (each === ')' || !cursor.seesAt(1, ':')),
  );
  const members = isEmpty ? [] : cursor.list(() => parseMember(cursor));
  const nulls = parseNulls(cursor) ?? 'null';
  const uniqueKeys = cursor.accept('WITH', 'UNIQUE');
  if (uniqueKeys) cursor.accept('KEYS');
  else if (cursor.accept('WITHOUT', 'UNIQUE')) cursor.accept('KEYS');
  const returning = parseReturning(cursor, { withFormat: true });
  cursor.expect(')');
  return {
    kind: 'json-object',
    members,
    nulls,
    uniqueKeys,
    ...(returning && { returning }),
    ...cursor.span(start),
  };
}

/** Reads JSON_ARRAY. */
export function parseJsonArray(cursor: Cursor): JsonArrayExpression {
  const start = cursor.start();
  cursor.expect('JSON_ARRAY', '(');
  const isEmpty =
    cursor.sees(')') ||
    cursor.sees('RETURNING') ||
    cursor.sees('NULL', 'ON') ||
    cursor.sees('ABSENT', 'ON');
  const items = isEmpty ? [] : cursor.list(() => parseArgument(cursor));
  const nulls = parseNulls(cursor) ?? 'absent';
  const returning = parseReturning(cursor, { withFormat: true });
  cursor.expect(')');
  return {
    kind: 'json-array',
    items,
    nulls,
    ...(returning && { returning }),
    ...cursor.span(start),
  };
}
