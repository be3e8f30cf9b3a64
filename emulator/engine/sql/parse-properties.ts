import type { PropertyValue } from './statement.js';
import type { StatementCursor } from './statement-cursor.js';

/** Reads `('a' = 'b', …)` of TBLPROPERTIES, DBPROPERTIES and SERDEPROPERTIES. */
export function parseHiveProperties(cursor: StatementCursor): Readonly<Record<string, string>> {
  cursor.expect('(');
  const entries = cursor.list((): readonly [string, string] => {
    const key = cursor.string();
    cursor.expect('=');
    const number = cursor.peek();
    if (number?.kind === 'number') {
      cursor.moveTo(cursor.position + 1);
      return [key, number.text];
    }
    return [key, cursor.string()];
  });
  cursor.expect(')');
  return Object.fromEntries(entries);
}

function parseValue(cursor: StatementCursor): PropertyValue {
  const token = cursor.peek();
  if (cursor.accept('TRUE')) return true;
  if (cursor.accept('FALSE')) return false;
  if (cursor.accept('ARRAY', '[')) {
    if (cursor.accept(']')) return [];
    const items = cursor.list(() => parseValue(cursor));
    cursor.expect(']');
    return items;
  }
  const isNegative = cursor.accept('-');
  const number = cursor.peek();
  if (number?.kind === 'number') {
    cursor.moveTo(cursor.position + 1);
    return isNegative ? -Number(number.text) : Number(number.text);
  }
  return token?.kind === 'string' ? cursor.string() : cursor.fail('<expression>');
}

/** Reads `(name = value, …)` of CTAS and UNLOAD. */
export function parseQueryProperties(cursor: StatementCursor): ReadonlyMap<string, PropertyValue> {
  cursor.expect('(');
  const entries = cursor.list((): readonly [string, PropertyValue] => {
    const key = cursor.name();
    cursor.expect('=');
    return [key, parseValue(cursor)];
  });
  cursor.expect(')');
  return new Map(entries);
}
