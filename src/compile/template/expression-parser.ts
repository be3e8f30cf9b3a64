import lexer from 'nunjucks/src/lexer.js';
import {
  nodes,
  type AssignTarget,
  type BinaryName,
  type ComparisonName,
  type Expression,
  type OperandNode,
} from './nodes.js';
import { OperandParser, symbolOf } from './operand-parser.js';

const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
const sums: ReadonlyMap<string, BinaryName> = new Map([
  ['+', 'Add'],
  ['-', 'Sub'],
]);
const products: ReadonlyMap<string, BinaryName> = new Map([
  ['*', 'Mul'],
  ['/', 'Div'],
  ['//', 'FloorDiv'],
  ['%', 'Mod'],
]);
const powers: ReadonlyMap<string, BinaryName> = new Map([['**', 'Pow']]);

/**
 * Expressions by the grammar of Jinja2 3.1 (its `parser.py`): nunjucks gives `*` and `//`, `~`, `is` and `in` other
 * precedences.
 */
export class ExpressionParser extends OperandParser {
  override parseExpression(): Expression {
    return this.nest(() => this.parseInlineIf());
  }

  /** What is assigned to: a name, a tuple of names, or (where allowed) a namespace's attribute. */
  protected parseTarget(options: { readonly attributes: boolean }): AssignTarget {
    const target = this.parseTuple(() => this.parsePrimary());
    return this.checkTarget(target, options);
  }

  private checkTarget(target: Expression, options: { readonly attributes: boolean }): AssignTarget {
    if (target.typename === 'Symbol') {
      if (options.attributes && this.skipValue(lexer.TOKEN_OPERATOR, '.')) {
        const token = this.takeType(lexer.TOKEN_SYMBOL, 'a name');
        return new nodes.Attribute(target.lineno, target.colno, target, symbolOf(token));
      }
      return target;
    }
    if (target.typename !== 'Group') this.failAt(target, 'expected a name to assign to');
    for (const item of target.children) this.checkTarget(item, { attributes: false });
    return target;
  }

  private parseInlineIf(): Expression {
    let node = this.parseOr();
    while (this.skipSymbol('if')) {
      const condition = this.parseOr();
      const otherwise = this.skipSymbol('else') ? this.parseExpression() : null;
      node = this.finish(new nodes.InlineIf(node.lineno, node.colno, condition, node, otherwise));
    }
    return node;
  }

  /** An expression where `if` begins something else: what a `for` runs over. */
  protected parseOr(): Expression {
    let node = this.parseAnd();
    while (this.skipSymbol('or')) {
      node = this.finish(new nodes.Or(node.lineno, node.colno, node, this.parseAnd()));
    }
    return node;
  }

  private parseAnd(): Expression {
    let node = this.parseNot();
    while (this.skipSymbol('and')) {
      node = this.finish(new nodes.And(node.lineno, node.colno, node, this.parseNot()));
    }
    return node;
  }

  private parseNot(): Expression {
    if (!this.isSymbol('not')) return this.parseCompare();
    const token = this.take();
    return new nodes.Not(
      token.lineno,
      token.colno,
      this.nest(() => this.parseNot()),
    );
  }

  private parseCompare(): Expression {
    const first = this.parseSum();
    const operands: OperandNode[] = [];
    for (;;) {
      const token = this.current();
      const type = this.takeComparison();
      if (type === undefined) break;
      operands.push(new nodes.CompareOperand(token.lineno, token.colno, this.parseSum(), type));
    }
    if (operands.length === 0) return first;
    return this.finish(new nodes.Compare(first.lineno, first.colno, first, operands));
  }

  private takeComparison(): ComparisonName | undefined {
    const token = this.current();
    if (token.type === lexer.TOKEN_OPERATOR && comparisons.has(token.value)) {
      return this.take().value as ComparisonName;
    }
    if (this.skipSymbol('in')) return 'in';
    if (!this.isSymbol('not')) return undefined;
    this.take();
    if (this.skipSymbol('in')) return 'not in';
    return this.failAt(token, "unexpected 'not'");
  }

  private parseBinary(
    operators: ReadonlyMap<string, BinaryName>,
    parseOperand: () => Expression,
  ): Expression {
    let node = parseOperand();
    for (;;) {
      const token = this.current();
      const name = token.type === lexer.TOKEN_OPERATOR ? operators.get(token.value) : undefined;
      if (name === undefined) return node;
      this.take();
      node = this.finish(new nodes[name](node.lineno, node.colno, node, parseOperand()));
    }
  }

  private parseSum(): Expression {
    return this.parseBinary(sums, () => this.parseConcat());
  }

  private parseConcat(): Expression {
    let node = this.parseProduct();
    while (this.skip(lexer.TOKEN_TILDE)) {
      node = this.finish(new nodes.Concat(node.lineno, node.colno, node, this.parseProduct()));
    }
    return node;
  }

  private parseProduct(): Expression {
    return this.parseBinary(products, () => this.parsePower());
  }

  private parsePower(): Expression {
    const node = this.parseBinary(powers, () => this.parseUnary({ filters: true }));
    if (
      node.typename === 'Pow' &&
      isNegativeLiteral(node.left) &&
      node.right.typename !== 'Literal'
    ) {
      // Jinja2 3.1 folds the sign into the literal and then computes `-(2 ** x)`.
      this.failAt(node, "'**' of a negative number is not supported", {
        code: 'template-unsupported',
        hint: 'put the number into a variable first',
      });
    }
    return node;
  }

  private parseUnary(options: { readonly filters: boolean }): Expression {
    let node: Expression;
    if (this.isOperator('-') || this.isOperator('+')) {
      const token = this.take();
      const target = this.nest(() => this.parseUnary({ filters: false }));
      node = new nodes[token.value === '-' ? 'Neg' : 'Pos'](token.lineno, token.colno, target);
    } else {
      node = this.parsePrimary();
    }
    node = this.parsePostfix(node);
    return options.filters ? this.parseFilters(node) : node;
  }
}

function isNegativeLiteral(node: Expression): boolean {
  return node.typename === 'Neg' && node.target.typename === 'Literal';
}
