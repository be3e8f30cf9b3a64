import type { Column } from '@aws-sdk/client-glue';
import { GlueError } from '../core/glue-catalog.js';
import { nullPartitionValue, readComparable, type Comparable } from './partition-values.js';

/** Says whether a partition's values satisfy an expression. */
export type PartitionPredicate = (values: readonly string[]) => boolean;

type Tokens = {
  readonly kind: 'word' | 'quoted' | 'text' | 'number' | 'symbol';
  readonly text: string;
};

const tokenPattern =
  /\s+|(?<text>'(?:[^']|'')*')|(?<quoted>`[^`]+`|"[^"]+")|(?<number>[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<word>[A-Za-z_][\w.]*)|(?<symbol><>|!=|<=|>=|[=<>(),])|(?<other>.)/gsu;

/**
 * Reads a filter of GetPartitions: comparisons (`=`, `<>`, `!=`, `<`, `>`, `<=`, `>=`), IN, BETWEEN, LIKE, IS NULL with
 * NOT, AND, OR and parentheses over partition keys (Glue API reference, GetPartitions; AWS uses the grammar of a SQL
 * WHERE clause). Values are compared by their key's type. Throws `InvalidInputException`; its texts are not Glue's, whose
 * own are not sourced.
 */
export function parsePartitionExpression(
  expression: string,
  keys: readonly Column[],
): PartitionPredicate {
  const tokens = readTokens(expression);
  let place = 0;

  const peek = (): Tokens | undefined => tokens[place];
  const isNext = (text: string): boolean => {
    const token = peek();
    return (
      (token?.kind === 'word' || token?.kind === 'symbol') && token.text.toLowerCase() === text
    );
  };
  function accept(text: string): boolean {
    if (isNext(text)) {
      place += 1;
      return true;
    }
    return false;
  }
  function expect(text: string): void {
    if (!accept(text)) {
      throw invalid(expression, `expected ${text}`);
    }
  }

  function parseOr(): PartitionPredicate {
    let left = parseAnd();
    while (accept('or')) {
      const [one, other] = [left, parseAnd()];
      left = (values) => one(values) || other(values);
    }
    return left;
  }

  function parseAnd(): PartitionPredicate {
    let left = parseNot();
    while (accept('and')) {
      const [one, other] = [left, parseNot()];
      left = (values) => one(values) && other(values);
    }
    return left;
  }

  function parseNot(): PartitionPredicate {
    if (accept('not')) {
      const inner = parseNot();
      return (values) => !inner(values);
    }
    if (accept('(')) {
      const inner = parseOr();
      expect(')');
      return inner;
    }
    return parseCondition();
  }

  function parseCondition(): PartitionPredicate {
    const first = peek();
    if (first?.kind === 'text' || first?.kind === 'number') {
      // `'2024' = year`: the same with the sides changed.
      const literal = parseLiteral();
      const operator = parseOperator();
      const index = parseKey();
      return compare(index, mirrored[operator] ?? operator, literal);
    }
    const index = parseKey();
    if (accept('is')) {
      const isNegated = accept('not');
      expect('null');
      return (values) => (values[index] === nullPartitionValue) !== isNegated;
    }
    const isNegated = accept('not');
    if (accept('in')) {
      expect('(');
      const options: string[] = [parseLiteral()];
      while (accept(',')) {
        options.push(parseLiteral());
      }
      expect(')');
      const tests = options.map((option) => compare(index, '=', option));
      return known(index, isNegated, (values) => tests.some((test) => test(values)));
    }
    if (accept('between')) {
      const low = compare(index, '>=', parseLiteral());
      expect('and');
      const high = compare(index, '<=', parseLiteral());
      return known(index, isNegated, (values) => low(values) && high(values));
    }
    if (accept('like')) {
      const pattern = likePattern(parseLiteral());
      return known(index, isNegated, (values) => pattern.test(values[index] ?? ''));
    }
    if (isNegated) {
      throw invalid(expression, 'expected IN, BETWEEN or LIKE after NOT');
    }
    return compare(index, parseOperator(), parseLiteral());
  }

  function parseKey(): number {
    const token = peek();
    const name = token?.kind === 'quoted' ? token.text.slice(1, -1) : (token?.text ?? '');
    const index = keys.findIndex((key) => key.Name?.toLowerCase() === name.toLowerCase());
    if ((token?.kind !== 'word' && token?.kind !== 'quoted') || index === -1) {
      throw invalid(expression, `'${name}' is not a partition key`);
    }
    place += 1;
    return index;
  }

  function parseOperator(): string {
    const operator = ['=', '<>', '!=', '<=', '>=', '<', '>'].find((each) => accept(each));
    if (operator === undefined) {
      throw invalid(expression, `expected an operator, found '${peek()?.text ?? 'the end'}'`);
    }
    return operator;
  }

  function parseLiteral(): string {
    // `date '2024-01-01'` and `timestamp '…'` mean their text.
    if (isNext('date') || isNext('timestamp')) {
      place += 1;
    }
    const token = peek();
    place += 1;
    if (token?.kind === 'text') {
      return token.text.slice(1, -1).replaceAll("''", "'");
    }
    if (
      token?.kind === 'number' ||
      (token?.kind === 'word' && /^(true|false)$/i.test(token.text))
    ) {
      return token.text;
    }
    throw invalid(expression, `expected a value, found '${token?.text ?? 'the end'}'`);
  }

  function compare(index: number, operator: string, literal: string): PartitionPredicate {
    const type = keys[index]?.Type ?? 'string';
    const wanted = readComparable(literal, type);
    if (wanted === undefined) {
      throw invalid(expression, `'${literal}' is not a value of type ${type}`);
    }
    const test = operatorTests[operator] ?? (() => false);
    return (values) => {
      const value = readComparable(values[index] ?? nullPartitionValue, type);
      return value !== undefined && test(order(value, wanted));
    };
  }

  const predicate = parseOr();
  if (peek() !== undefined) {
    throw invalid(expression, `did not expect '${peek()?.text ?? ''}'`);
  }
  return predicate;
}

const mirrored: Readonly<Record<string, string>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=' };

const operatorTests: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

function order(left: Comparable, right: Comparable): number {
  return left === right ? 0 : left < right ? -1 : 1;
}

/** NULL satisfies neither a test nor its negation. */
function known(index: number, isNegated: boolean, test: PartitionPredicate): PartitionPredicate {
  return (values) => values[index] !== nullPartitionValue && test(values) !== isNegated;
}

function likePattern(text: string): RegExp {
  const escaped = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('%', '.*').replaceAll('_', '.')}$`, 's');
}

function readTokens(expression: string): readonly Tokens[] {
  return [...expression.matchAll(tokenPattern)].flatMap((match): Tokens[] => {
    const { text, quoted, number, word, symbol, other } = match.groups ?? {};
    if (other !== undefined) {
      throw invalid(expression, `did not expect '${other}'`);
    }
    if (text !== undefined) return [{ kind: 'text', text }];
    if (quoted !== undefined) return [{ kind: 'quoted', text: quoted }];
    if (number !== undefined) return [{ kind: 'number', text: number }];
    if (word !== undefined) return [{ kind: 'word', text: word }];
    return symbol === undefined ? [] : [{ kind: 'symbol', text: symbol }];
  });
}

function invalid(expression: string, reason: string): GlueError {
  return new GlueError(
    'InvalidInputException',
    `Unsupported expression '${expression}': ${reason}`,
  );
}
