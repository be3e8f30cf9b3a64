import type { PathStep } from './json-standard-path.js';

/** A condition of a filter, on the item `@`. */
export type PathCondition =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly PathCondition[] }
  | { readonly kind: 'not'; readonly operand: PathCondition }
  | { readonly kind: 'exists'; readonly steps: readonly PathStep[] }
  | {
      readonly kind: 'comparison';
      readonly steps: readonly PathStep[];
      readonly operator: '=' | '<>' | '<' | '<=' | '>' | '>=';
      readonly literal: PathLiteral;
    };

/** What an item is compared with: a text, or a number or truth value as SQL writes it. */
export type PathLiteral =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number' | 'boolean'; readonly text: string };

/** A condition that was read, and where its text ends. */
interface Read<Value> {
  readonly value: Value;
  readonly end: number;
}

/** Reads the steps of a path from `start` on, as far as there are some. */
export type ReadSteps = (text: string, start: number) => Read<readonly PathStep[]> | undefined;

const turned = { '=': '=', '<>': '<>', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

function match(pattern: RegExp, text: string, start: number): RegExpExecArray | null {
  const sticky = new RegExp(pattern.source, 'uy');
  sticky.lastIndex = start;
  return sticky.exec(text);
}

/** Numbers of so few digits are the same as doubles, which JSON's are compared as. */
const mostDigits = 15;

function readLiteral(text: string, start: number): Read<PathLiteral> | undefined {
  const found = match(
    /\s*(?:(-?\d+(?:\.\d+)?)(?![\w.])|"([^"\\]*)"|(true|false)(?!\w))/,
    text,
    start,
  );
  if (found === null) return undefined;
  const [all, number, quoted, truth] = found;
  const end = start + all.length;
  if (number !== undefined) {
    if (number.replace(/\D/g, '').length > mostDigits) return undefined;
    return { value: { kind: 'number', text: number }, end };
  }
  return quoted !== undefined
    ? { value: { kind: 'text', text: quoted }, end }
    : { value: { kind: 'boolean', text: truth ?? '' }, end };
}

/**
 * Reads the condition of a filter: comparisons of what `@` leads to with a number, text or truth value, EXISTS, `&&`, `||`, `!` and
 * parentheses. `undefined` for all others: they are not supported.
 */
export function readCondition(
  text: string,
  start: number,
  readSteps: ReadSteps,
): Read<PathCondition> | undefined {
  const readItem = (from: number): Read<readonly PathStep[]> | undefined => {
    const found = match(/\s*@/, text, from);
    return found === null ? undefined : readSteps(text, from + found[0].length);
  };
  const readOperator = (from: number) => {
    const found = match(/\s*(==|<>|!=|<=|>=|<|>)/, text, from);
    if (found === null) return undefined;
    const written = found[1] ?? '';
    const operator = { '==': '=', '!=': '<>' }[written] ?? written;
    return { value: operator as keyof typeof turned, end: from + found[0].length };
  };
  const readComparison = (from: number): Read<PathCondition> | undefined => {
    const item = readItem(from);
    const first = item ?? readLiteral(text, from);
    const operator = first && readOperator(first.end);
    if (operator === undefined) return undefined;
    const second = item ? readLiteral(text, operator.end) : readItem(operator.end);
    const literal = item ? second : readLiteral(text, from);
    const path = item ?? second;
    if (literal === undefined || path === undefined || second === undefined) return undefined;
    const comparison = {
      kind: 'comparison' as const,
      steps: path.value as readonly PathStep[],
      operator: item ? operator.value : turned[operator.value],
      literal: literal.value as PathLiteral,
    };
    const isOrder = !['=', '<>'].includes(comparison.operator);
    if (comparison.literal.kind === 'boolean' && isOrder) return undefined;
    return { value: comparison, end: second.end };
  };
  const readGroup = (from: number): Read<PathCondition> | undefined => {
    const open = match(/\s*\(/, text, from);
    const inner = open && readOr(from + open[0].length);
    const close = inner && match(/\s*\)/, text, inner.end);
    return inner && close ? { value: inner.value, end: inner.end + close[0].length } : undefined;
  };
  const readExists = (from: number): Read<PathCondition> | undefined => {
    const open = match(/\s*exists\s*\(/, text, from);
    const item = open ? readItem(from + open[0].length) : undefined;
    const close = item && match(/\s*\)/, text, item.end);
    return item && close
      ? { value: { kind: 'exists', steps: item.value }, end: item.end + close[0].length }
      : undefined;
  };
  const readTerm = (from: number): Read<PathCondition> | undefined => {
    const not = match(/\s*!(?!=)/, text, from);
    if (not === null) return readGroup(from) ?? readExists(from) ?? readComparison(from);
    const operand = readGroup(from + not[0].length) ?? readExists(from + not[0].length);
    return operand && { value: { kind: 'not', operand: operand.value }, end: operand.end };
  };
  const readChain = (
    kind: 'and' | 'or',
    sign: RegExp,
    readPart: (from: number) => Read<PathCondition> | undefined,
    from: number,
  ): Read<PathCondition> | undefined => {
    let part = readPart(from);
    const terms: PathCondition[] = [];
    while (part !== undefined) {
      terms.push(part.value);
      const next = match(sign, text, part.end);
      const [first] = terms;
      if (next === null && first !== undefined) {
        return { value: terms.length === 1 ? first : { kind, terms }, end: part.end };
      }
      part = readPart(part.end + (next?.[0].length ?? 0));
    }
    return undefined;
  };
  const readAnd = (from: number) => readChain('and', /\s*&&/, readTerm, from);
  const readOr = (from: number): Read<PathCondition> | undefined =>
    readChain('or', /\s*\|\|/, readAnd, from);
  return readOr(start);
}
