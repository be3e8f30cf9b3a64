import type { Expression, IntervalLiteral, StringLiteral } from '../core/sql-syntax.js';
import type { Cursor } from './cursor.js';
import { ParseFailure } from './parse-failure.js';
import { parseIntervalUnit } from './parse-type.js';

function unquote(text: string): string {
  return text.slice(1, -1).replaceAll("''", "'");
}

/** Returns the characters of `U&'…'`: `\00e9`, `\+01F600`, and the escape character twice for itself. */
function decodeUnicode(cursor: Cursor, text: string, escape: string, start: number): string {
  let decoded = '';
  for (let at = 0; at < text.length;) {
    if (text[at] !== escape) {
      decoded += text.charAt(at);
      at++;
    } else if (text[at + 1] === escape) {
      decoded += escape;
      at += 2;
    } else {
      const match = /^(?:\+([0-9a-fA-F]{6})|([0-9a-fA-F]{4}))/.exec(text.slice(at + 1));
      const codePoint = parseInt(match?.[1] ?? match?.[2] ?? '', 16);
      if (match === null || codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint < 0xe000)) {
        throw new ParseFailure(
          'sql-syntax',
          'a Unicode escape is four hexadecimal digits, or + and six',
          cursor.span(start),
        );
      }
      decoded += String.fromCodePoint(codePoint);
      at += 1 + match[0].length;
    }
  }
  return decoded;
}

/** Reads `'…'` or `U&'…' [UESCAPE '!']`. */
export function parseString(cursor: Cursor): StringLiteral {
  const start = cursor.start();
  const token = cursor.peek();
  if (token?.kind === 'string') {
    cursor.next();
    return { kind: 'string', value: unquote(token.text), ...cursor.span(start) };
  }
  if (token?.kind !== 'unicode-string') return cursor.fail('a string');
  cursor.next();
  let escape = '\\';
  if (cursor.accept('UESCAPE')) {
    const escapeToken = cursor.peek();
    if (escapeToken?.kind !== 'string') return cursor.fail('a string');
    cursor.next();
    escape = unquote(escapeToken.text);
  }
  const value = decodeUnicode(cursor, unquote(token.text.slice(2)), escape, start);
  return { kind: 'string', value, ...cursor.span(start) };
}

/** Whether the next token is a string. */
export function seesString(cursor: Cursor, ahead = 0): boolean {
  const kind = cursor.peek(ahead)?.kind;
  return kind === 'string' || kind === 'unicode-string';
}

/** Reads a number without a sign. */
export function parseNumber(cursor: Cursor): Expression {
  const token = cursor.next();
  const text = token.text.replaceAll('_', '');
  const isInteger = /^(?:\d+|0[xXoObB][0-9a-fA-F]+)$/.test(text);
  const numeric = isInteger ? 'integer' : /[eE]/.test(text) ? 'double' : 'decimal';
  const decimal = isInteger ? BigInt(text).toString() : text;
  return { kind: 'number', numeric, text: decimal, start: token.start, end: token.end };
}

/** Reads `X'65 66'`. */
export function parseBinary(cursor: Cursor): Expression {
  const token = cursor.next();
  const hex = token.text.slice(2, -1).replace(/\s/g, '').toUpperCase();
  if (!/^(?:[0-9A-F]{2})*$/.test(hex)) {
    throw new ParseFailure('sql-syntax', 'a binary literal is pairs of hexadecimal digits', token);
  }
  return { kind: 'binary', hex, start: token.start, end: token.end };
}

/** Reads `INTERVAL [-] '…' from [TO to]`. */
export function parseInterval(cursor: Cursor): IntervalLiteral {
  const start = cursor.start();
  cursor.expect('INTERVAL');
  const negative = cursor.accept('-');
  if (!negative) cursor.accept('+');
  const { value } = parseString(cursor);
  const from = parseIntervalUnit(cursor);
  const to = cursor.accept('TO') ? parseIntervalUnit(cursor) : undefined;
  return {
    kind: 'interval',
    negative,
    value,
    from,
    ...(to !== undefined && { to }),
    ...cursor.span(start),
  };
}
