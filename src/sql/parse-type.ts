import type { Identifier, TypeSyntax } from '../core/sql-syntax.js';
import type { Cursor } from './cursor.js';

const intervalUnits = ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND'] as const;

/** Reads YEAR, MONTH, DAY, HOUR, MINUTE or SECOND. */
export function parseIntervalUnit(
  cursor: Cursor,
): 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' {
  const unit = intervalUnits.find((each) => cursor.accept(each));
  if (unit === undefined) return cursor.fail('YEAR, MONTH, DAY, HOUR, MINUTE or SECOND');
  return unit.toLowerCase() as Lowercase<typeof unit>;
}

/** Reads digits, such as a length or a number of rows. */
export function parseDigits(cursor: Cursor, what: string): string {
  const token = cursor.peek();
  if (token?.kind !== 'number' || !/^[\d_]+$/.test(token.text)) return cursor.fail(what);
  cursor.next();
  return token.text.replaceAll('_', '');
}

function parseParameter(cursor: Cursor): number | TypeSyntax {
  return cursor.peek()?.kind === 'number'
    ? Number(parseDigits(cursor, 'a number'))
    : parseType(cursor);
}

/** Reads `TIME|TIMESTAMP [(p)] [WITH|WITHOUT TIME ZONE]`. */
function parseTimeType(cursor: Cursor): TypeSyntax {
  const start = cursor.start();
  const base = cursor.next().text.toLowerCase();
  const parameters: (number | TypeSyntax)[] = [];
  if (cursor.accept('(')) {
    parameters.push(parseParameter(cursor));
    cursor.expect(')');
  }
  const withZone = cursor.accept('WITH', 'TIME', 'ZONE');
  if (!withZone) cursor.accept('WITHOUT', 'TIME', 'ZONE');
  const name = withZone ? `${base} with time zone` : base;
  return { kind: 'generic', name, parameters, ...cursor.span(start) };
}

/** Whether a row's field starts with its name: another type follows the word. */
function startsWithFieldName(cursor: Cursor): boolean {
  if (!cursor.seesIdentifier()) return false;
  const follows = cursor.peek(1);
  if (follows?.kind !== 'word' && follows?.kind !== 'quoted') return false;
  const isTwoWordType =
    (cursor.sees('DOUBLE', 'PRECISION') && (cursor.seesAt(2, ',') || cursor.seesAt(2, ')'))) ||
    (cursor.sees('INTERVAL') && (cursor.seesAt(2, 'TO') || cursor.seesAt(2, ')'))) ||
    ((cursor.sees('TIME') || cursor.sees('TIMESTAMP')) &&
      (cursor.seesAt(1, 'WITH') || cursor.seesAt(1, 'WITHOUT')));
  return !isTwoWordType;
}

function parseField(cursor: Cursor): { readonly name?: Identifier; readonly type: TypeSyntax } {
  if (!startsWithFieldName(cursor)) return { type: parseType(cursor) };
  const name = cursor.identifier();
  return { name, type: parseType(cursor) };
}

function parseBaseType(cursor: Cursor): TypeSyntax {
  const start = cursor.start();
  if (cursor.accept('ROW', '(')) {
    const fields = cursor.list(() => parseField(cursor));
    cursor.expect(')');
    return { kind: 'row', fields, ...cursor.span(start) };
  }
  if (cursor.sees('TIME') || cursor.sees('TIMESTAMP')) return parseTimeType(cursor);
  if (cursor.accept('DOUBLE', 'PRECISION')) {
    return { kind: 'generic', name: 'double', parameters: [], ...cursor.span(start) };
  }
  if (cursor.accept('INTERVAL')) {
    const from = parseIntervalUnit(cursor);
    const name = cursor.accept('TO')
      ? `interval ${from} to ${parseIntervalUnit(cursor)}`
      : `interval ${from}`;
    return { kind: 'generic', name, parameters: [], ...cursor.span(start) };
  }
  const name = cursor.identifier().value.toLowerCase();
  const parameters: (number | TypeSyntax)[] = [];
  if (cursor.accept('(')) {
    parameters.push(...cursor.list(() => parseParameter(cursor)));
    cursor.expect(')');
  } else if ((name === 'array' || name === 'map') && cursor.accept('<')) {
    parameters.push(...cursor.list(() => parseType(cursor)));
    cursor.expect('>');
  }
  return { kind: 'generic', name, parameters, ...cursor.span(start) };
}

/** Reads a type. */
export function parseType(cursor: Cursor): TypeSyntax {
  const start = cursor.start();
  let type = parseBaseType(cursor);
  while (cursor.accept('ARRAY')) {
    if (cursor.accept('[')) {
      parseDigits(cursor, 'a length');
      cursor.expect(']');
    }
    type = { kind: 'generic', name: 'array', parameters: [type], ...cursor.span(start) };
  }
  return type;
}
