import type {
  ComparisonOperator,
  Expression,
  Identifier,
  LambdaExpression,
} from '../core/sql-syntax.js';
import type { Cursor } from './cursor.js';
import {
  parseBareFunction,
  parseCall,
  parseListagg,
  parseNormalize,
  parsePosition,
  parseSubstring,
  parseTrim,
} from './parse-call.js';
import { parseJsonArray, parseJsonObject, parseJsonPath } from './parse-json.js';
import {
  parseBinary,
  parseInterval,
  parseNumber,
  parseString,
  seesString,
} from './parse-literal.js';

const comparisonOperators: Readonly<Record<string, ComparisonOperator>> = {
  '=': '=',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

/** Reads an expression. */
export function parseExpression(cursor: Cursor): Expression {
  return parseLogical(cursor, 'or', () => parseLogical(cursor, 'and', () => parseNot(cursor)));
}

function parseLogical(cursor: Cursor, operator: 'and' | 'or', term: () => Expression): Expression {
  const start = cursor.start();
  const terms = [term()];
  while (cursor.accept(operator.toUpperCase())) terms.push(term());
  const [only] = terms;
  return terms.length === 1 && only !== undefined
    ? only
    : { kind: 'logical', operator, terms, ...cursor.span(start) };
}

function parseNot(cursor: Cursor): Expression {
  const start = cursor.start();
  if (!cursor.accept('NOT')) return parsePredicate(cursor);
  const operand = parseNot(cursor);
  return { kind: 'not', operand, ...cursor.span(start) };
}

/** Reads an operand and at most one predicate after it, as Trino's grammar has it. */
function parsePredicate(cursor: Cursor): Expression {
  const start = cursor.start();
  const operand = parseValue(cursor);
  const token = cursor.peek();
  const operator = token?.kind === 'symbol' ? comparisonOperators[token.text] : undefined;
  if (operator !== undefined) {
    cursor.next();
    return parseComparison(cursor, start, operand, operator);
  }
  if (cursor.accept('IS')) {
    const negated = cursor.accept('NOT');
    if (cursor.accept('NULL')) return { kind: 'is-null', negated, operand, ...cursor.span(start) };
    cursor.expect('DISTINCT', 'FROM');
    const right = parseValue(cursor);
    return { kind: 'distinct-from', negated, left: operand, right, ...cursor.span(start) };
  }
  const negated = ['BETWEEN', 'IN', 'LIKE'].some((word) => cursor.sees('NOT', word));
  if (negated) cursor.expect('NOT');
  if (cursor.accept('BETWEEN')) {
    const low = parseValue(cursor);
    cursor.expect('AND');
    const high = parseValue(cursor);
    return { kind: 'between', negated, operand, low, high, ...cursor.span(start) };
  }
  if (cursor.accept('LIKE')) {
    const pattern = parseValue(cursor);
    const escape = cursor.accept('ESCAPE') ? parseValue(cursor) : undefined;
    return {
      kind: 'like',
      negated,
      operand,
      pattern,
      ...(escape && { escape }),
      ...cursor.span(start),
    };
  }
  if (cursor.accept('IN')) return parseIn(cursor, start, operand, negated);
  return operand;
}

function parseComparison(
  cursor: Cursor,
  start: number,
  left: Expression,
  operator: ComparisonOperator,
): Expression {
  const quantifier = (['ALL', 'ANY', 'SOME'] as const).find((each) => cursor.sees(each, '('));
  if (quantifier !== undefined) {
    const word = cursor.expect(quantifier);
    if (seesTwoParentheses(cursor)) {
      const hint = 'leave out the second parenthesis';
      cursor.unsupported(`Athena takes ${quantifier} ((…)) for a call of a function`, word, hint);
    }
    cursor.expect('(');
    const query = cursor.grammar.query(cursor);
    cursor.expect(')');
    return {
      kind: 'quantified',
      operator,
      quantifier: quantifier === 'ALL' ? 'all' : 'any',
      left,
      query,
      ...cursor.span(start),
    };
  }
  const right = parseValue(cursor);
  return { kind: 'comparison', operator, left, right, ...cursor.span(start) };
}

/** What may follow a query in parentheses where it is a part of another one. */
const afterNestedQuery = [
  ...[')', 'UNION', 'INTERSECT', 'EXCEPT'],
  ...['ORDER', 'LIMIT', 'OFFSET', 'FETCH'],
];

/** Returns how many tokens ahead the parenthesis is closed that opens `ahead` tokens further on. */
function findClosing(cursor: Cursor, ahead: number): number {
  let depth = 0;
  for (let at = ahead; cursor.peek(at) !== undefined; at++) {
    if (cursor.seesAt(at, '(')) depth++;
    if (cursor.seesAt(at, ')') && --depth === 0) return at;
  }
  return Infinity;
}

/** Whether a query comes next: SELECT, WITH, VALUES or TABLE, behind any number of parentheses. */
export function seesQuery(cursor: Cursor): boolean {
  let ahead = 0;
  while (cursor.seesAt(ahead, '(')) ahead++;
  return seesPlainQuery(cursor, ahead);
}

function seesPlainQuery(cursor: Cursor, ahead: number): boolean {
  return (
    cursor.seesAt(ahead, 'SELECT') ||
    cursor.seesAt(ahead, 'WITH') ||
    cursor.seesAt(ahead, 'VALUES') ||
    (cursor.seesAt(ahead, 'TABLE') && cursor.seesIdentifier(ahead + 1))
  );
}

/**
 * Whether the parenthesis that comes next holds a query, and nothing else. `((SELECT 1) UNION SELECT 2)` does,
 * `((SELECT 1) + 2)` and `((SELECT 1) AS a CROSS JOIN b)` do not: what follows the inner parenthesis decides.
 */
export function seesSubquery(cursor: Cursor, ahead = 0): boolean {
  if (!cursor.seesAt(ahead + 1, '(')) return seesPlainQuery(cursor, ahead + 1);
  const after = findClosing(cursor, ahead + 1) + 1;
  return (
    afterNestedQuery.some((each) => cursor.seesAt(after, each)) && seesSubquery(cursor, ahead + 1)
  );
}

/** Whether the parenthesis that comes next holds another one, and nothing beside it: `((SELECT 1))`. */
function seesTwoParentheses(cursor: Cursor): boolean {
  return cursor.seesAt(1, '(') && cursor.seesAt(findClosing(cursor, 1) + 1, ')');
}

function parseIn(cursor: Cursor, start: number, operand: Expression, negated: boolean): Expression {
  // In Athena's grammar a list comes first: `IN ((SELECT 1))` is one, of a value.
  const isQuery = seesSubquery(cursor) && !seesTwoParentheses(cursor);
  cursor.expect('(');
  if (isQuery) {
    const query = cursor.grammar.query(cursor);
    cursor.expect(')');
    return { kind: 'in-subquery', negated, operand, query, ...cursor.span(start) };
  }
  const items = cursor.list(() => parseExpression(cursor));
  cursor.expect(')');
  return { kind: 'in-list', negated, operand, items, ...cursor.span(start) };
}

/** Reads operators on values: `||` binds loosest, then `+ -`, then `* / %`. */
function parseValue(cursor: Cursor): Expression {
  const start = cursor.start();
  let left = parseSum(cursor);
  while (cursor.accept('||')) {
    const right = parseSum(cursor);
    left = { kind: 'concat', left, right, ...cursor.span(start) };
  }
  return left;
}

function parseSum(cursor: Cursor): Expression {
  const start = cursor.start();
  let left = parseProduct(cursor);
  for (;;) {
    const operator = (['+', '-'] as const).find((each) => cursor.accept(each));
    if (operator === undefined) return left;
    const right = parseProduct(cursor);
    left = { kind: 'arithmetic', operator, left, right, ...cursor.span(start) };
  }
}

function parseProduct(cursor: Cursor): Expression {
  const start = cursor.start();
  let left = parseUnary(cursor);
  for (;;) {
    const operator = (['*', '/', '%'] as const).find((each) => cursor.accept(each));
    if (operator === undefined) return left;
    const right = parseUnary(cursor);
    left = { kind: 'arithmetic', operator, left, right, ...cursor.span(start) };
  }
}

function parseUnary(cursor: Cursor): Expression {
  const start = cursor.start();
  const operator = (['-', '+'] as const).find((each) => cursor.accept(each));
  if (operator === undefined) return parseZoned(cursor);
  const operand = parseUnary(cursor);
  return { kind: 'unary', operator, operand, ...cursor.span(start) };
}

function parseZoned(cursor: Cursor): Expression {
  const start = cursor.start();
  let operand = parsePostfix(cursor);
  while (cursor.accept('AT', 'TIME', 'ZONE')) {
    const zone = cursor.sees('INTERVAL') ? parseInterval(cursor) : parseString(cursor);
    operand = { kind: 'at-time-zone', operand, zone, ...cursor.span(start) };
  }
  return operand;
}

function parsePostfix(cursor: Cursor): Expression {
  const start = cursor.start();
  let base = parsePrimary(cursor);
  for (;;) {
    if (cursor.accept('[')) {
      const index = parseValue(cursor);
      cursor.expect(']');
      base = { kind: 'subscript', base, index, ...cursor.span(start) };
    } else if (cursor.sees('.') && !cursor.seesAt(1, '*')) {
      cursor.expect('.');
      const field = cursor.identifier();
      base = { kind: 'field', base, field, ...cursor.span(start) };
    } else {
      return base;
    }
  }
}

function parseCase(cursor: Cursor): Expression {
  const start = cursor.start();
  cursor.expect('CASE');
  const operand = cursor.sees('WHEN') ? undefined : parseExpression(cursor);
  const branches: { when: Expression; then: Expression }[] = [];
  if (!cursor.sees('WHEN')) cursor.fail('WHEN');
  while (cursor.accept('WHEN')) {
    const when = parseExpression(cursor);
    cursor.expect('THEN');
    branches.push({ when, then: parseExpression(cursor) });
  }
  const otherwise = cursor.accept('ELSE') ? parseExpression(cursor) : undefined;
  cursor.expect('END');
  return {
    kind: 'case',
    ...(operand && { operand }),
    branches,
    ...(otherwise && { otherwise }),
    ...cursor.span(start),
  };
}

function parseCast(cursor: Cursor, word: 'CAST' | 'TRY_CAST'): Expression {
  const start = cursor.start();
  cursor.expect(word, '(');
  const operand = parseExpression(cursor);
  cursor.expect('AS');
  const type = cursor.grammar.type(cursor);
  cursor.expect(')');
  return { kind: 'cast', safe: word === 'TRY_CAST', operand, type, ...cursor.span(start) };
}

function parseExtract(cursor: Cursor): Expression {
  const start = cursor.start();
  cursor.expect('EXTRACT', '(');
  const field = cursor.identifier().value.toLowerCase();
  cursor.expect('FROM');
  const operand = parseValue(cursor);
  cursor.expect(')');
  return { kind: 'extract', field, operand, ...cursor.span(start) };
}

function parseLambda(
  cursor: Cursor,
  parameters: readonly Identifier[],
  start: number,
): LambdaExpression {
  cursor.expect('->');
  const body = parseExpression(cursor);
  return { kind: 'lambda', parameters, body, ...cursor.span(start) };
}

/** Whether `( [name, …] ) ->` comes next. */
function seesLambdaParameters(cursor: Cursor): boolean {
  let ahead = 1;
  while (cursor.seesIdentifier(ahead)) {
    ahead++;
    if (!cursor.seesAt(ahead, ',')) break;
    ahead++;
  }
  return cursor.seesAt(ahead, ')') && cursor.seesAt(ahead + 1, '->');
}

/** Reads what stands in parentheses: a lambda, a query, a row, or an expression. */
function parseParenthesized(cursor: Cursor): Expression {
  const start = cursor.start();
  if (seesLambdaParameters(cursor)) {
    cursor.expect('(');
    const parameters = cursor.sees(')') ? [] : cursor.list(() => cursor.identifier());
    cursor.expect(')');
    return parseLambda(cursor, parameters, start);
  }
  const isQuery = seesSubquery(cursor);
  cursor.expect('(');
  if (isQuery) {
    const query = cursor.grammar.query(cursor);
    cursor.expect(')');
    return { kind: 'subquery', query, ...cursor.span(start) };
  }
  const items = cursor.list(() => parseExpression(cursor));
  cursor.expect(')');
  const [only] = items;
  return items.length === 1 && only !== undefined
    ? { ...only, ...cursor.span(start) }
    : { kind: 'row', items, ...cursor.span(start) };
}

/** Expressions that start with a reserved word or with a word and a parenthesis that is no plain call. */
const specialForms: readonly (readonly [readonly string[], (cursor: Cursor) => Expression])[] = [
  [['CASE'], parseCase],
  [['CAST', '('], (cursor) => parseCast(cursor, 'CAST')],
  [['TRY_CAST', '('], (cursor) => parseCast(cursor, 'TRY_CAST')],
  [['EXTRACT', '('], parseExtract],
  [['TRIM', '('], parseTrim],
  [['NORMALIZE', '('], parseNormalize],
  [['LISTAGG', '('], parseListagg],
  [['GROUPING', '('], parseCall],
  [['POSITION', '('], (cursor) => parsePosition(cursor, () => parseValue(cursor))],
  [['SUBSTRING', '('], parseSubstring],
  [['JSON_EXISTS', '('], parseJsonPath],
  [['JSON_VALUE', '('], parseJsonPath],
  [['JSON_QUERY', '('], parseJsonPath],
  [['JSON_OBJECT', '('], parseJsonObject],
  [['JSON_ARRAY', '('], parseJsonArray],
  [['EXISTS', '('], parseExists],
  [['ROW', '('], parseRow],
  [['ARRAY', '['], parseArray],
];

function parseExists(cursor: Cursor): Expression {
  const start = cursor.start();
  cursor.expect('EXISTS', '(');
  const query = cursor.grammar.query(cursor);
  cursor.expect(')');
  return { kind: 'exists', query, ...cursor.span(start) };
}

function parseRow(cursor: Cursor): Expression {
  const start = cursor.start();
  cursor.expect('ROW', '(');
  const items = cursor.list(() => parseExpression(cursor));
  cursor.expect(')');
  return { kind: 'row', items, ...cursor.span(start) };
}

function parseArray(cursor: Cursor): Expression {
  const start = cursor.start();
  cursor.expect('ARRAY', '[');
  const items = cursor.sees(']') ? [] : cursor.list(() => parseExpression(cursor));
  cursor.expect(']');
  return { kind: 'array', items, ...cursor.span(start) };
}

function parseConstant(cursor: Cursor): Expression | undefined {
  const start = cursor.start();
  if (cursor.accept('NULL')) return { kind: 'null', ...cursor.span(start) };
  for (const value of [true, false]) {
    if (cursor.accept(value ? 'TRUE' : 'FALSE')) {
      return { kind: 'boolean', value, ...cursor.span(start) };
    }
  }
  return undefined;
}

/** Reads `BIGINT '1'`: the name of a type and a string. */
function parseTypedLiteral(cursor: Cursor): Expression | undefined {
  const start = cursor.start();
  const isDoublePrecision = cursor.sees('DOUBLE', 'PRECISION') && seesString(cursor, 2);
  if (!isDoublePrecision && !(cursor.seesIdentifier() && seesString(cursor, 1))) return undefined;
  const type = isDoublePrecision
    ? (cursor.expect('DOUBLE', 'PRECISION'), 'double')
    : cursor.identifier().value.toLowerCase();
  const { value } = parseString(cursor);
  return { kind: 'typed', type, value, ...cursor.span(start) };
}

function parsePrimary(cursor: Cursor): Expression {
  const token = cursor.peek();
  if (token?.kind === 'number') return parseNumber(cursor);
  if (token?.kind === 'binary') return parseBinary(cursor);
  if (seesString(cursor)) return parseString(cursor);
  if (cursor.sees('(')) return parseParenthesized(cursor);
  if (cursor.sees('?')) {
    cursor.unsupported('parameters (?) are not supported', cursor.next(), 'write the value');
  }
  const special = specialForms.find(([texts]) => cursor.sees(...texts));
  if (special !== undefined) return special[1](cursor);
  if (cursor.sees('INTERVAL') && (seesString(cursor, 1) || seesString(cursor, 2))) {
    return parseInterval(cursor);
  }
  if (cursor.sees('JSON_TABLE', '(')) {
    cursor.unsupported('JSON_TABLE is not supported', cursor.next());
  }
  const found = parseConstant(cursor) ?? parseBareFunction(cursor) ?? parseTypedLiteral(cursor);
  if (found !== undefined) return found;
  if (!cursor.seesIdentifier()) {
    return cursor.fail(
      'an expression',
      token?.kind === 'word'
        ? `${token.text.toUpperCase()} is a reserved word; write "${token.text}" to use it as a name`
        : undefined,
    );
  }
  if (cursor.seesAt(1, '->')) {
    const start = cursor.start();
    return parseLambda(cursor, [cursor.identifier()], start);
  }
  if (cursor.seesAt(1, '(')) return parseCall(cursor);
  const name = cursor.identifier();
  return { kind: 'name', name, start: name.start, end: name.end };
}
