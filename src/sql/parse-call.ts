import type {
  CallExpression,
  Expression,
  ListaggOverflow,
  Span,
  TrimExpression,
} from '../core/sql-syntax.js';
import type { Cursor } from './cursor.js';
import { parseDigits } from './parse-type.js';
import { parseString } from './parse-literal.js';
import { parseOrderBy, parseWindowReference } from './parse-window.js';

/** Functions that are written without parentheses. */
const bareFunctions = [
  'CURRENT_DATE',
  'CURRENT_TIME',
  'CURRENT_TIMESTAMP',
  'LOCALTIME',
  'LOCALTIMESTAMP',
  'CURRENT_USER',
  'CURRENT_CATALOG',
  'CURRENT_SCHEMA',
  'CURRENT_PATH',
  'CURRENT_ROLE',
];

function plainCall(
  name: string,
  nameSpan: Span,
  args: readonly Expression[],
  span: Span,
): CallExpression {
  return {
    kind: 'call',
    name,
    nameSpan: { start: nameSpan.start, end: nameSpan.end },
    args,
    star: false,
    distinct: false,
    orderBy: [],
    start: span.start,
    end: span.end,
  };
}

/** Reads CURRENT_DATE and its like if one comes next. */
export function parseBareFunction(cursor: Cursor): CallExpression | undefined {
  const word = bareFunctions.find((each) => cursor.sees(each));
  if (word === undefined) return undefined;
  const start = cursor.start();
  const name = cursor.next();
  const args: Expression[] = [];
  if (/TIME/.test(word) && cursor.accept('(')) {
    const from = cursor.start();
    const text = parseDigits(cursor, 'a precision');
    args.push({ kind: 'number', numeric: 'integer', text, ...cursor.span(from) });
    cursor.expect(')');
  }
  return plainCall(word.toLowerCase(), name, args, cursor.span(start));
}

/** Reads `TRIM( [side] [characters] FROM operand )` or `TRIM(operand [, characters])`. */
export function parseTrim(cursor: Cursor): TrimExpression {
  const start = cursor.start();
  cursor.expect('TRIM', '(');
  const side = cursor.accept('LEADING')
    ? 'leading'
    : cursor.accept('TRAILING')
      ? 'trailing'
      : cursor.accept('BOTH')
        ? 'both'
        : undefined;
  let operand: Expression;
  let characters: Expression | undefined;
  if (cursor.accept('FROM')) {
    operand = cursor.grammar.expression(cursor);
  } else {
    const first = cursor.grammar.expression(cursor);
    if (cursor.accept('FROM')) {
      characters = first;
      operand = cursor.grammar.expression(cursor);
    } else {
      if (side !== undefined) cursor.fail('FROM');
      operand = first;
      if (cursor.accept(',')) characters = cursor.grammar.expression(cursor);
    }
  }
  cursor.expect(')');
  return {
    kind: 'trim',
    side: side ?? 'both',
    operand,
    ...(characters && { characters }),
    ...cursor.span(start),
  };
}

/** Reads `NORMALIZE(operand [, NFC|NFD|NFKC|NFKD])`. */
export function parseNormalize(cursor: Cursor): CallExpression {
  const start = cursor.start();
  const name = cursor.expect('NORMALIZE');
  cursor.expect('(');
  const args: Expression[] = [cursor.grammar.expression(cursor)];
  if (cursor.accept(',')) {
    const from = cursor.start();
    const form = ['NFD', 'NFC', 'NFKD', 'NFKC'].find((each) => cursor.accept(each));
    if (form === undefined) return cursor.fail('NFC, NFD, NFKC or NFKD');
    args.push({ kind: 'string', value: form, ...cursor.span(from) });
  }
  cursor.expect(')');
  return plainCall('normalize', name, args, cursor.span(start));
}

function parseOverflow(cursor: Cursor): ListaggOverflow | undefined {
  if (!cursor.accept('ON', 'OVERFLOW')) return undefined;
  if (cursor.accept('ERROR')) return { kind: 'error' };
  cursor.expect('TRUNCATE');
  const filler = cursor.peek()?.kind === 'string' ? parseString(cursor).value : undefined;
  const withCount = cursor.accept('WITH');
  if (!withCount) cursor.expect('WITHOUT');
  cursor.expect('COUNT');
  return { kind: 'truncate', ...(filler !== undefined && { filler }), withCount };
}

/** Reads `LISTAGG( [DISTINCT] value [, separator] [ON OVERFLOW …] ) WITHIN GROUP (ORDER BY …) [FILTER …]`. */
export function parseListagg(cursor: Cursor): CallExpression {
  const start = cursor.start();
  const name = cursor.expect('LISTAGG');
  cursor.expect('(');
  const distinct = cursor.accept('DISTINCT');
  if (!distinct) cursor.accept('ALL');
  const args: Expression[] = [cursor.grammar.expression(cursor)];
  if (cursor.accept(',')) args.push(parseString(cursor));
  const overflow = parseOverflow(cursor);
  cursor.expect(')', 'WITHIN', 'GROUP', '(');
  const withinGroup = parseOrderBy(cursor);
  if (withinGroup.length === 0) cursor.fail('ORDER BY');
  cursor.expect(')');
  return finishCall(cursor, start, {
    ...plainCall('listagg', name, args, name),
    distinct,
    withinGroup,
    ...(overflow && { overflow }),
  });
}

/** Reads what may follow a call's parentheses: FILTER, IGNORE NULLS, OVER. */
function finishCall(cursor: Cursor, start: number, call: CallExpression): CallExpression {
  let filter: Expression | undefined;
  if (cursor.accept('FILTER', '(')) {
    cursor.expect('WHERE');
    filter = cursor.grammar.expression(cursor);
    cursor.expect(')');
  }
  const nullTreatment = cursor.accept('IGNORE', 'NULLS')
    ? 'ignore'
    : cursor.accept('RESPECT', 'NULLS')
      ? 'respect'
      : undefined;
  if (nullTreatment !== undefined && !cursor.sees('OVER')) cursor.fail('OVER');
  // OVER is not reserved: `count(*) over` may also be an alias.
  const isWindow = cursor.sees('OVER') && (cursor.seesAt(1, '(') || cursor.seesIdentifier(1));
  const over = isWindow && cursor.accept('OVER') ? parseWindowReference(cursor) : undefined;
  return {
    ...call,
    ...(filter && { filter }),
    ...(nullTreatment && { nullTreatment }),
    ...(over && { over }),
    ...cursor.span(start),
  };
}

/** Reads a function's call, from its name. A name with dots is no function of Athena. */
export function parseCall(cursor: Cursor): CallExpression {
  const start = cursor.start();
  const nameToken = cursor.sees('GROUPING') ? cursor.next() : cursor.identifier();
  const name = ('value' in nameToken ? nameToken.value : nameToken.text).toLowerCase();
  const call = plainCall(name, nameToken, [], nameToken);
  cursor.expect('(');
  if (cursor.accept('*', ')')) return finishCall(cursor, start, { ...call, star: true });
  if (cursor.accept(')')) return finishCall(cursor, start, call);
  const distinct = cursor.accept('DISTINCT');
  if (!distinct) cursor.accept('ALL');
  const args = cursor.list(() => cursor.grammar.expression(cursor));
  const orderBy = parseOrderBy(cursor);
  cursor.expect(')');
  return finishCall(cursor, start, { ...call, distinct, args, orderBy });
}

/** Reads `POSITION(needle IN haystack)`. */
export function parsePosition(cursor: Cursor, operand: () => Expression): CallExpression {
  const start = cursor.start();
  const name = cursor.expect('POSITION');
  cursor.expect('(');
  const needle = operand();
  cursor.expect('IN');
  const haystack = operand();
  cursor.expect(')');
  return plainCall('strpos', name, [haystack, needle], cursor.span(start));
}

/** Reads `SUBSTRING(operand FROM start [FOR length])`. */
export function parseSubstring(cursor: Cursor): CallExpression {
  const start = cursor.start();
  const name = cursor.next();
  cursor.expect('(');
  const args = [cursor.grammar.expression(cursor)];
  if (cursor.accept('FROM')) {
    args.push(cursor.grammar.expression(cursor));
    if (cursor.accept('FOR')) args.push(cursor.grammar.expression(cursor));
  } else {
    while (cursor.accept(',')) args.push(cursor.grammar.expression(cursor));
  }
  cursor.expect(')');
  return plainCall('substring', name, args, cursor.span(start));
}
