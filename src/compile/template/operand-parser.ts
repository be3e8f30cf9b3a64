import lexer from 'nunjucks/src/lexer.js';
import type { TemplateToken } from './lexer.js';
import {
  nodes,
  type ArgumentNode,
  type CallNode,
  type CaptureNode,
  type Expression,
  type FilterNode,
  type ListNode,
  type PairNode,
  type Place,
  type SliceNode,
  type SymbolNode,
} from './nodes.js';
import type { TemplateProblem } from './template-problem.js';
import type { TemplateText } from './template-text.js';
import { describeToken, TokenReader } from './token-reader.js';

const longestInteger = 1_200;

const constants: ReadonlyMap<string, null | boolean> = new Map([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);
/** Tokens that can begin the one argument of a test written without parentheses: `is divisibleby 3`. */
const testArgumentTypes: ReadonlySet<string> = new Set([
  lexer.TOKEN_SYMBOL,
  lexer.TOKEN_STRING,
  lexer.TOKEN_INT,
  lexer.TOKEN_FLOAT,
  lexer.TOKEN_LEFT_PAREN,
  lexer.TOKEN_LEFT_BRACKET,
  lexer.TOKEN_LEFT_CURLY,
]);

/** What the parser must know of the names that expressions use. */
export interface ParserNames {
  /** Returns the problem with a filter's name, if there is one. */
  checkFilter(name: string): TemplateProblem | undefined;
  checkTest(name: string): TemplateProblem | undefined;
  /** Whether `{% test name(…) %}` may stand here: in files of macros. It is a macro of the name `test_name`. */
  readonly testBlocks?: boolean;
  /** Hears of each `{% materialization name, … %}`, whose block is passed over; without it, the tag is refused. */
  readonly onMaterialization?: (name: TemplateToken) => void;
}

/**
 * The operands of expressions by the grammar of Jinja2 3.1 (its `parser.py`): literals, names, members, calls, filters and
 * tests. nunjucks lacks tuples, slices, chained tests and spread arguments.
 */
export abstract class OperandParser extends TokenReader {
  constructor(
    tokens: readonly TemplateToken[],
    template: TemplateText,
    protected readonly names: ParserNames,
  ) {
    super(tokens, template);
  }

  /** One expression, as the grammar of operators has it. */
  abstract override parseExpression(): Expression;

  /** One expression, or a tuple without parentheses. */
  protected parseTuple(parseItem = (): Expression => this.parseExpression()): Expression {
    const start = this.current();
    const first = parseItem();
    if (this.current().type !== lexer.TOKEN_COMMA) return first;
    const items = [first];
    while (this.skip(lexer.TOKEN_COMMA)) {
      if (this.isTupleEnd()) break;
      items.push(parseItem());
    }
    return this.finish(new nodes.Group(start.lineno, start.colno, items));
  }

  private isTupleEnd(): boolean {
    const token = this.current();
    return (
      token.type === lexer.TOKEN_VARIABLE_END ||
      token.type === lexer.TOKEN_BLOCK_END ||
      token.type === lexer.TOKEN_RIGHT_PAREN ||
      this.isSymbol('in') ||
      this.isOperator('=')
    );
  }

  protected parsePrimary(): Expression {
    const token = this.current();
    switch (token.type) {
      case lexer.TOKEN_SYMBOL: {
        this.take();
        const constant = constants.get(token.value);
        return constant === undefined ? symbolOf(token) : literal(token, constant);
      }
      case lexer.TOKEN_STRING:
        return this.parseStrings();
      case lexer.TOKEN_INT:
        this.take();
        if (token.length > longestInteger) this.failAt(token, 'the integer is too large');
        return literal(token, BigInt(token.value.replaceAll('_', '').toLowerCase()));
      case lexer.TOKEN_FLOAT:
        this.take();
        return literal(token, Number(token.value.replaceAll('_', '')));
      case lexer.TOKEN_LEFT_PAREN:
        return this.parseParenthesis();
      case lexer.TOKEN_LEFT_BRACKET:
        this.take();
        return new nodes.Array(
          token.lineno,
          token.colno,
          this.parseItems(lexer.TOKEN_RIGHT_BRACKET, () => this.parseExpression()),
        );
      case lexer.TOKEN_LEFT_CURLY:
        this.take();
        return new nodes.Dict(
          token.lineno,
          token.colno,
          this.parseItems(lexer.TOKEN_RIGHT_CURLY, () => this.parsePair()),
        );
      default:
        return this.failAt(token, `expected an expression, found ${describeToken(token)}`);
    }
  }

  /** Strings that follow each other are one string. */
  private parseStrings(): Expression {
    const first = this.take();
    let value = first.value;
    let { end } = first;
    while (this.current().type === lexer.TOKEN_STRING) {
      const next = this.take();
      value += next.value;
      end = next.end;
    }
    return literal({ ...first, length: end - first.start }, value);
  }

  private parseParenthesis(): Expression {
    const open = this.take();
    if (this.skip(lexer.TOKEN_RIGHT_PAREN)) return new nodes.Group(open.lineno, open.colno, []);
    const node = this.parseTuple();
    this.takeType(lexer.TOKEN_RIGHT_PAREN, "')'");
    return node;
  }

  private parseItems<T>(end: string, parseItem: () => T): T[] {
    const items: T[] = [];
    while (!this.skip(end)) {
      if (items.length > 0) {
        this.takeType(lexer.TOKEN_COMMA, "','");
        if (this.skip(end)) break;
      }
      items.push(parseItem());
    }
    return items;
  }

  private parsePair(): PairNode {
    const key = this.parseExpression();
    this.takeType(lexer.TOKEN_COLON, "':'");
    return new nodes.Pair(key.lineno, key.colno, key, this.parseExpression());
  }

  protected parsePostfix(target: Expression): Expression {
    let node = target;
    for (;;) {
      const token = this.current();
      if (this.isOperator('.')) node = this.parseAttribute(node);
      else if (token.type === lexer.TOKEN_LEFT_BRACKET) node = this.parseSubscript(node);
      else if (token.type === lexer.TOKEN_LEFT_PAREN) node = this.parseCallOf(node);
      else return node;
    }
  }

  private parseAttribute(target: Expression): Expression {
    this.take();
    const token = this.take();
    if (token.type === lexer.TOKEN_SYMBOL) {
      return this.finish(new nodes.Attribute(target.lineno, target.colno, target, symbolOf(token)));
    }
    if (token.type !== lexer.TOKEN_INT) {
      this.failAt(token, `expected a name after '.', found ${describeToken(token)}`);
    }
    const index = literal(token, BigInt(token.value.replaceAll('_', '')));
    return this.finish(new nodes.LookupVal(target.lineno, target.colno, target, index));
  }

  private parseSubscript(target: Expression): Expression {
    const open = this.take();
    const items = this.parseItems(lexer.TOKEN_RIGHT_BRACKET, () => this.parseSubscribed());
    const [first, ...others] = items;
    if (first === undefined) this.failAt(open, 'expected an index');
    if (others.length === 0) {
      return this.finish(new nodes.LookupVal(target.lineno, target.colno, target, first));
    }
    const keys = items.map((item) =>
      item.typename === 'Slice' ? this.failAt(item, 'a slice cannot be part of a tuple') : item,
    );
    const key = new nodes.Group(first.lineno, first.colno, keys);
    return this.finish(new nodes.LookupVal(target.lineno, target.colno, target, key));
  }

  private parseSubscribed(): Expression | SliceNode {
    const token = this.current();
    const start = token.type === lexer.TOKEN_COLON ? null : this.parseExpression();
    if (!this.skip(lexer.TOKEN_COLON)) {
      return start ?? this.failAt(token, 'expected an index');
    }
    const stop = this.parseSlicePart();
    const step = this.skip(lexer.TOKEN_COLON) ? this.parseSlicePart() : null;
    return new nodes.Slice(token.lineno, token.colno, start, stop, step);
  }

  private parseSlicePart(): Expression | null {
    const { type } = this.current();
    const isEnd =
      type === lexer.TOKEN_COLON ||
      type === lexer.TOKEN_RIGHT_BRACKET ||
      type === lexer.TOKEN_COMMA;
    return isEnd ? null : this.parseExpression();
  }

  private parseCallOf(target: Expression): CallNode {
    return this.finish(
      new nodes.FunCall(target.lineno, target.colno, target, this.parseArguments()),
    );
  }

  /** The arguments of a call, parentheses included: positional, then `*spread`, then named, then `**spread`. */
  private parseArguments(): ListNode<ArgumentNode> {
    const open = this.takeType(lexer.TOKEN_LEFT_PAREN, "'('");
    const items: ArgumentNode[] = [];
    const named: PairNode[] = [];
    let spread: Place | undefined;
    this.parseItems(lexer.TOKEN_RIGHT_PAREN, () => {
      const token = this.current();
      if (this.isOperator('*') || this.isOperator('**')) {
        const stars = this.take().value.length === 1 ? 1 : 2;
        items.push(new nodes.Spread(token.lineno, token.colno, stars, this.parseExpression()));
        spread = token;
        return;
      }
      const value = this.parseExpression();
      if (value.typename === 'Symbol' && this.skipValue(lexer.TOKEN_OPERATOR, '=')) {
        named.push(new nodes.Pair(value.lineno, value.colno, value, this.parseExpression()));
      } else if (named.length > 0 || spread !== undefined) {
        this.failAt(value, 'a positional argument cannot follow a named one');
      } else {
        items.push(value);
      }
    });
    const keywords =
      named.length > 0 ? [new nodes.KeywordArgs(open.lineno, open.colno, named)] : [];
    return new nodes.NodeList(open.lineno, open.colno, [
      ...items,
      ...keywords,
    ]) as ListNode<ArgumentNode>;
  }

  protected parseFilters(target: Expression): Expression {
    let node = target;
    for (;;) {
      if (this.skip(lexer.TOKEN_PIPE)) node = this.parseFilterOf(node);
      else if (this.isSymbol('is')) node = this.parseTest(node);
      else if (this.current().type === lexer.TOKEN_LEFT_PAREN) node = this.parseCallOf(node);
      else return node;
    }
  }

  /** A filter behind the `|`. */
  protected parseFilterOf(input: Expression | CaptureNode): FilterNode {
    const name = this.parseDottedName();
    const problem = this.names.checkFilter(name.value);
    if (problem) this.failAt(name, problem.message, problem);
    const args =
      this.current().type === lexer.TOKEN_LEFT_PAREN ? this.parseArguments().children : [];
    const list = new nodes.NodeList(name.lineno, name.colno, [input, ...args]);
    return new nodes.Filter(name.lineno, name.colno, name, list);
  }

  private parseDottedName(): SymbolNode {
    const first = this.takeType(lexer.TOKEN_SYMBOL, 'a name');
    let value = first.value;
    while (this.skipValue(lexer.TOKEN_OPERATOR, '.')) {
      value += `.${this.takeType(lexer.TOKEN_SYMBOL, 'a name').value}`;
    }
    return symbolOf({ ...first, value, length: value.length });
  }

  private parseTest(left: Expression): Expression {
    this.take();
    const negated = this.skipSymbol('not');
    const name = this.parseDottedName();
    const problem = this.names.checkTest(name.value);
    if (problem) this.failAt(name, problem.message, problem);
    const call = new nodes.FunCall(name.lineno, name.colno, name, this.parseTestArguments(name));
    const node = new nodes.Is(left.lineno, left.colno, left, call);
    return negated ? new nodes.Not(left.lineno, left.colno, node) : node;
  }

  private parseTestArguments(name: SymbolNode): ListNode<ArgumentNode> {
    const token = this.current();
    if (token.type === lexer.TOKEN_LEFT_PAREN) return this.parseArguments();
    const args: Expression[] = [];
    if (testArgumentTypes.has(token.type) && !this.isSymbol('else', 'or', 'and')) {
      if (this.isSymbol('is')) this.failAt(token, "tests cannot be chained with 'is'");
      args.push(this.parsePostfix(this.parsePrimary()));
    }
    return new nodes.NodeList(name.lineno, name.colno, args) as ListNode<ArgumentNode>;
  }
}

/** Returns the name that a token is. */
export function symbolOf(token: TemplateToken): SymbolNode {
  const node = new nodes.Symbol(token.lineno, token.colno, token.value);
  node.length = token.length;
  return node;
}

function literal(
  token: TemplateToken,
  value: null | boolean | bigint | number | string,
): Expression {
  const node = new nodes.Literal(token.lineno, token.colno, value);
  node.length = token.length;
  return node;
}
