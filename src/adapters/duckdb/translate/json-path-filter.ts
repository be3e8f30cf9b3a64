import type { JsonPathReader, PathStep, Read } from './json-standard-path.js';

/** Where an operand begins: the whole document `$`, the item of a filter `@`, a value of PASSING, or a literal. */
export type PathRoot =
  | { readonly kind: 'document' }
  | { readonly kind: 'item' }
  | { readonly kind: 'variable'; readonly name: string }
  /** `json` is the literal as JSON writes it. */
  | { readonly kind: 'literal'; readonly json: string };

/** A side of a comparison: what the steps lead to. */
export interface PathOperand {
  readonly root: PathRoot;
  readonly steps: readonly PathStep[];
}

/** A condition of a filter: true, false or, where it cannot be decided, unknown. */
export type PathCondition =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly PathCondition[] }
  | { readonly kind: 'not' | 'is-unknown'; readonly operand: PathCondition }
  | { readonly kind: 'exists'; readonly operand: PathOperand }
  | { readonly kind: 'starts-with'; readonly left: PathOperand; readonly right: PathOperand }
  | {
      readonly kind: 'comparison';
      readonly left: PathOperand;
      readonly operator: '=' | '<>' | '<' | '<=' | '>' | '>=';
      readonly right: PathOperand;
    };

const operators = {
  '==': '=',
  '<>': '<>',
  '!=': '<>',
  '<=': '<=',
  '>=': '>=',
  '<': '<',
  '>': '>',
} as const;

/** Whole numbers are bigints on Athena, those with an exponent doubles; decimals of so few digits are the same as the doubles here. */
const mostDigits = 15;
const greatest = 2n ** 63n - 1n;

function numberOf(text: string): PathRoot | undefined {
  if (/^[+-]?\d+$/.test(text)) {
    const whole = BigInt(text.replace('+', ''));
    return whole > greatest || whole < -greatest
      ? undefined
      : { kind: 'literal', json: String(whole) };
  }
  const isExact = /[eE]/.test(text) || text.replace(/\D/g, '').length <= mostDigits;
  const value = Number(text);
  if (!isExact || !Number.isFinite(value)) return undefined;
  const json = String(value);
  return { kind: 'literal', json: /^-?\d+$/.test(json) ? `${json}.0` : json };
}

/** Reads a literal: a number, text, truth value or null. A quote in text is written twice; a backslash is one. */
function readLiteral(reader: JsonPathReader, start: number): Read<PathOperand> | undefined {
  const found = reader.match(
    /\s*(?:([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.])|"((?:[^"]|"")*)"|(true|false|null)(?!\w))/,
    start,
  );
  if (found === null) return undefined;
  const [all, number, quoted, word] = found;
  const root: PathRoot | undefined =
    number === undefined
      ? {
          kind: 'literal',
          json: quoted === undefined ? (word ?? '') : JSON.stringify(quoted.replaceAll('""', '"')),
        }
      : numberOf(number);
  return root && { value: { root, steps: [] }, end: start + all.length };
}

function readOperand(reader: JsonPathReader, start: number): Read<PathOperand> | undefined {
  return reader.path(start) ?? readLiteral(reader, start);
}

function readExists(reader: JsonPathReader, start: number): Read<PathCondition> | undefined {
  const open = reader.match(/\s*exists\s*\(/, start);
  const operand = open ? reader.path(start + open[0].length) : undefined;
  const close = operand && reader.match(/\s*\)/, operand.end);
  return operand && close
    ? { value: { kind: 'exists', operand: operand.value }, end: operand.end + close[0].length }
    : undefined;
}

/** Reads a condition in parentheses, with IS UNKNOWN behind it where `asks` allows that. */
function readGroup(
  reader: JsonPathReader,
  start: number,
  { asks }: { readonly asks: boolean },
): Read<PathCondition> | undefined {
  const open = reader.match(/\s*\(/, start);
  const inner = open && readCondition(reader, start + open[0].length);
  const close = inner && reader.match(/\s*\)/, inner.end);
  if (!inner || !close) return undefined;
  const end = inner.end + close[0].length;
  const unknown = asks ? reader.match(/\s*is\s+unknown(?!\w)/, end) : null;
  return unknown === null
    ? { value: inner.value, end }
    : { value: { kind: 'is-unknown', operand: inner.value }, end: end + unknown[0].length };
}

function readComparison(reader: JsonPathReader, start: number): Read<PathCondition> | undefined {
  const left = readOperand(reader, start);
  if (left === undefined) return undefined;
  const starts = reader.match(/\s*starts\s+with(?!\w)/, left.end);
  if (starts !== null) {
    const right = readOperand(reader, left.end + starts[0].length);
    // A prefix is text or a variable, without steps.
    const root = right?.value.root;
    const isText = root?.kind === 'literal' && root.json.startsWith('"');
    if (right === undefined || !(isText || root?.kind === 'variable')) return undefined;
    if (right.value.steps.length > 0) return undefined;
    return {
      value: { kind: 'starts-with', left: left.value, right: right.value },
      end: right.end,
    };
  }
  const operator = reader.match(/\s*(==|<>|!=|<=|>=|<|>)/, left.end);
  const right = operator && readOperand(reader, left.end + operator[0].length);
  if (!right) return undefined;
  const written = operators[operator[1] as keyof typeof operators];
  return {
    value: { kind: 'comparison', left: left.value, operator: written, right: right.value },
    end: right.end,
  };
}

function readTerm(reader: JsonPathReader, start: number): Read<PathCondition> | undefined {
  const not = reader.match(/\s*!(?!=)/, start);
  if (not === null) {
    return (
      readGroup(reader, start, { asks: true }) ??
      readExists(reader, start) ??
      readComparison(reader, start)
    );
  }
  const from = start + not[0].length;
  const operand = readGroup(reader, from, { asks: false }) ?? readExists(reader, from);
  return operand && { value: { kind: 'not', operand: operand.value }, end: operand.end };
}

function readChain(
  reader: JsonPathReader,
  start: number,
  kind: 'and' | 'or',
): Read<PathCondition> | undefined {
  const readPart = (from: number): Read<PathCondition> | undefined =>
    kind === 'or' ? readChain(reader, from, 'and') : readTerm(reader, from);
  const sign = kind === 'or' ? /\s*\|\|/ : /\s*&&/;
  let part = readPart(start);
  const terms: PathCondition[] = [];
  while (part !== undefined) {
    terms.push(part.value);
    const next = reader.match(sign, part.end);
    const [first] = terms;
    if (next === null && first !== undefined) {
      return { value: terms.length === 1 ? first : { kind, terms }, end: part.end };
    }
    part = readPart(part.end + (next?.[0].length ?? 0));
  }
  return undefined;
}

/**
 * Reads the condition of a filter: comparisons of paths, variables and literals, STARTS WITH, EXISTS, IS UNKNOWN, `&&`, `||`, `!`
 * and parentheses. `undefined` for all others: they are not supported.
 */
export function readCondition(
  reader: JsonPathReader,
  start: number,
): Read<PathCondition> | undefined {
  return readChain(reader, start, 'or');
}
