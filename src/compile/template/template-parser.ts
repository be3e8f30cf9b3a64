import lexer from 'nunjucks/src/lexer.js';
import { didYouMean } from '../../core/suggest.js';
import { ExpressionParser } from './expression-parser.js';
import type { ParserNames } from './operand-parser.js';
import { innerTags, supportedTags, unsupportedTags } from './tag-names.js';
import { describeToken } from './token-reader.js';
import { tokenize, type TemplateToken } from './lexer.js';
import {
  nodes,
  type AssignTarget,
  type BodyNode,
  type CaptureNode,
  type Expression,
  type FilterNode,
  type ListNode,
  type PairNode,
  type ParameterList,
  type RootNode,
  type Statement,
  type SymbolNode,
} from './nodes.js';
import { isStackOverflow, nestingProblem, TemplateProblem } from './template-problem.js';
import { locatePlace, type TemplateText } from './template-text.js';

/** nunjucks' parser with the statements of Jinja2 3.1. */
class TemplateParser extends ExpressionParser {
  private readonly openTags: TemplateToken[] = [];
  private isInLoop = false;

  /** What nunjucks' own methods fail with. */
  override error(message: string, lineno?: number, colno?: number): TemplateProblem {
    if (lineno !== undefined && colno !== undefined) {
      return this.syntaxProblem(message, { lineno, colno });
    }
    const token = this.peekToken();
    if (token) return this.syntaxProblem(`${message}, found ${describeToken(token)}`, token);
    const open = this.openTags.at(-1);
    if (open)
      return this.syntaxProblem(`'${open.value}' is not closed by 'end${open.value}'`, open);
    return this.syntaxProblem(message, { lineno: 0, colno: 0 });
  }

  private syntaxProblem(
    message: string,
    place: { readonly lineno: number; readonly colno: number },
  ): TemplateProblem {
    return new TemplateProblem('template-syntax', message, {
      location: locatePlace(this.template, place),
    });
  }

  override parseNodes(): Statement[] {
    const statements: Statement[] = [];
    for (let token = this.nextToken(); token; token = this.nextToken()) {
      if (token.type === lexer.TOKEN_DATA) {
        const data = new nodes.TemplateData(token.lineno, token.colno, token.value);
        statements.push(new nodes.Output(token.lineno, token.colno, [data]));
      } else if (token.type === lexer.TOKEN_VARIABLE_START) {
        const expression = this.parseTuple();
        this.takeType(lexer.TOKEN_VARIABLE_END, "'}}'");
        statements.push(new nodes.Output(token.lineno, token.colno, [expression]));
      } else {
        const statement = this.parseStatement();
        if (statement === null) break;
        statements.push(statement);
      }
    }
    return statements;
  }

  override parseUntilBlocks(...names: readonly string[]): BodyNode {
    // nunjucks would take `elseif` for `elif`; Jinja2 does not.
    return super.parseUntilBlocks(...names.filter((name) => name !== 'elseif'));
  }

  /** Returns `null` before a tag that ends the block being parsed, as nunjucks' method does. */
  override parseStatement(): Statement | null {
    const tag = this.current();
    if (tag.type !== lexer.TOKEN_SYMBOL) {
      this.failAt(tag, `expected the name of a tag, found ${describeToken(tag)}`);
    }
    if (this.breakOnBlocks?.includes(tag.value)) return null;
    this.openTags.push(tag);
    const statement = this.nest(() => this.parseTag(tag));
    this.openTags.pop();
    return statement;
  }

  private parseTag(tag: TemplateToken): Statement {
    switch (tag.value) {
      case 'if':
        return this.parseIf() as Statement;
      case 'for':
        return this.parseLoop();
      case 'break':
      case 'continue':
        return this.parseLoopExit(tag.value);
      case 'set':
        return this.parseAssignment();
      case 'macro':
        return this.parseMacroBlock('macro');
      case 'test':
        if (this.names.testBlocks !== true) return this.failUnknownTag(tag);
        return this.parseMacroBlock('test');
      case 'materialization':
        return this.passMaterialization(tag);
      case 'call':
        return this.parseCallBlock();
      case 'filter':
        return this.parseFilterBlock();
      case 'with':
        return this.parseWith();
      case 'do': {
        this.take();
        const expression = this.parseTuple();
        this.endTag();
        return new nodes.Do(tag.lineno, tag.colno, expression);
      }
      default:
        return this.failUnknownTag(tag);
    }
  }

  private failUnknownTag(tag: TemplateToken): never {
    const reason = unsupportedTags.get(tag.value);
    if (reason !== undefined) {
      this.failAt(tag, `the tag '${tag.value}' is not supported`, {
        code: 'template-unsupported',
        hint: reason,
      });
    }
    const outer = this.openTags.at(-2);
    if (innerTags.has(tag.value)) {
      const where =
        outer === undefined
          ? 'no block is open'
          : `the innermost open block is '${outer.value}' of line ${this.template.firstLine + outer.lineno}`;
      this.failAt(tag, `unexpected '${tag.value}': ${where}`);
    }
    const hint = didYouMean(tag.value, [...supportedTags, ...innerTags]);
    return this.failAt(tag, `there is no tag '${tag.value}'`, hint === undefined ? {} : { hint });
  }

  private endTag(): TemplateToken {
    return this.takeType(lexer.TOKEN_BLOCK_END, "'%}'");
  }

  /** The body of a block up to its end tag, that included. */
  private parseBody(endName: string): { readonly body: BodyNode; readonly end: TemplateToken } {
    const body = this.parseUntilBlocks(endName);
    this.takeType(lexer.TOKEN_SYMBOL, `'${endName}'`);
    return { body, end: this.endTag() };
  }

  private parseLoop(): Statement {
    const tag = this.take();
    const target = this.parseTarget({ attributes: false });
    if (!this.skipSymbol('in')) {
      this.failAt(this.current(), `expected 'in', found ${describeToken(this.current())}`);
    }
    const iterable = this.parseTuple(() => this.parseOr());
    const condition = this.skipSymbol('if') ? this.parseExpression() : null;
    const recursive = this.skipSymbol('recursive');
    this.endTag();
    const body = this.inLoop(true, () => this.parseUntilBlocks('endfor', 'else'));
    const end = this.take();
    this.endTag();
    const otherwise = end.value === 'else' ? this.parseBody('endfor').body : null;
    return new nodes.For(
      tag.lineno,
      tag.colno,
      iterable,
      target,
      condition,
      body,
      otherwise,
      recursive,
    );
  }

  private parseLoopExit(kind: 'break' | 'continue'): Statement {
    const tag = this.take();
    if (!this.isInLoop) this.failAt(tag, `'${kind}' stands outside of a loop`);
    this.endTag();
    return new nodes.LoopExit(tag.lineno, tag.colno, kind);
  }

  /** Parses what stands directly in a loop, or in text of its own, which a loop cannot be left from. */
  private inLoop<T>(isInLoop: boolean, parse: () => T): T {
    const outer = this.isInLoop;
    this.isInLoop = isInLoop;
    const result = parse();
    this.isInLoop = outer;
    return result;
  }

  private parseAssignment(): Statement {
    const tag = this.take();
    const target = this.parseTarget({ attributes: true });
    if (this.skipValue(lexer.TOKEN_OPERATOR, '=')) {
      const value = this.parseTuple();
      this.endTag();
      return new nodes.Set(tag.lineno, tag.colno, [target], value);
    }
    const value = this.parseCaptured('endset', () =>
      this.current().type === lexer.TOKEN_PIPE ? this.take() : undefined,
    );
    return new nodes.Set(tag.lineno, tag.colno, [target], value);
  }

  private parseFilterBlock(): Statement {
    const tag = this.take();
    let first = true;
    const value = this.parseCaptured('endfilter', () => {
      const isNext = first || this.skip(lexer.TOKEN_PIPE);
      first = false;
      return isNext ? tag : undefined;
    });
    return new nodes.Output(tag.lineno, tag.colno, [value as FilterNode]);
  }

  /** Filters applied to the body that follows; `nextFilter` returns a token as long as there is one more filter. */
  private parseCaptured(
    endName: string,
    nextFilter: () => TemplateToken | undefined,
  ): FilterNode | CaptureNode {
    const start = this.current();
    // The filters come before the body that they filter; it is filled in behind them.
    const capture: { body: BodyNode } & Omit<CaptureNode, 'body'> = new nodes.Capture(
      start.lineno,
      start.colno,
      new nodes.NodeList(start.lineno, start.colno, []) as unknown as BodyNode,
    );
    let value: FilterNode | CaptureNode = capture;
    while (nextFilter()) value = this.parseFilterOf(value);
    this.endTag();
    capture.body = this.inLoop(false, () => this.parseBody(endName).body);
    return value;
  }

  private parseWith(): Statement {
    const tag = this.take();
    const targets: AssignTarget[] = [];
    const values: Expression[] = [];
    while (this.current().type !== lexer.TOKEN_BLOCK_END) {
      if (targets.length > 0) this.takeType(lexer.TOKEN_COMMA, "','");
      const name = this.takeType(lexer.TOKEN_SYMBOL, 'a name');
      targets.push(new nodes.Symbol(name.lineno, name.colno, name.value));
      if (!this.skipValue(lexer.TOKEN_OPERATOR, '=')) {
        this.failAt(this.current(), `expected '=', found ${describeToken(this.current())}`);
      }
      values.push(this.parseExpression());
    }
    this.endTag();
    return new nodes.With(tag.lineno, tag.colno, targets, values, this.parseBody('endwith').body);
  }

  private parseMacroBlock(kind: 'macro' | 'test'): Statement {
    const tag = this.take();
    const token = this.takeType(lexer.TOKEN_SYMBOL, `the name of the ${kind}`);
    const value = kind === 'test' ? `test_${token.value}` : token.value;
    const name = new nodes.Symbol(token.lineno, token.colno, value);
    name.length = token.length;
    const parameters = this.parseParameters();
    this.endTag();
    const { body, end } = this.inLoop(false, () => this.parseBody(`end${kind}`));
    const start = this.template.text.lastIndexOf('{%', tag.start);
    const span = { start, end: end.end };
    return new nodes.Macro(tag.lineno, tag.colno, name, parameters, body, span);
  }

  /** Passes over a materialization of the project's own, whatever stands in it. */
  private passMaterialization(tag: TemplateToken): Statement {
    if (this.names.onMaterialization === undefined) return this.failUnknownTag(tag);
    this.take();
    this.names.onMaterialization(
      this.takeType(lexer.TOKEN_SYMBOL, 'the name of the materialization'),
    );
    while (this.take().value !== 'endmaterialization');
    this.endTag();
    return new nodes.Output(tag.lineno, tag.colno, []);
  }

  private parseCallBlock(): Statement {
    const tag = this.take();
    const parameters =
      this.current().type === lexer.TOKEN_LEFT_PAREN
        ? this.parseParameters()
        : emptyParameters(tag);
    const call = this.parsePostfix(this.parsePrimary());
    if (call.typename !== 'FunCall') this.failAt(call, "expected a call of a macro after 'call'");
    this.endTag();
    const { body } = this.inLoop(false, () => this.parseBody('endcall'));
    return new nodes.CallBlock(tag.lineno, tag.colno, call, parameters, body);
  }

  private parseParameters(): ParameterList {
    const open = this.takeType(lexer.TOKEN_LEFT_PAREN, "'('");
    const plain: SymbolNode[] = [];
    const withDefault: PairNode[] = [];
    const seen = new Set<string>();
    while (this.current().type !== lexer.TOKEN_RIGHT_PAREN) {
      if (seen.size > 0) this.takeType(lexer.TOKEN_COMMA, "','");
      const token = this.takeType(lexer.TOKEN_SYMBOL, 'the name of a parameter');
      if (seen.has(token.value)) {
        this.failAt(token, `the macro has two parameters named '${token.value}'`);
      }
      seen.add(token.value);
      const name = new nodes.Symbol(token.lineno, token.colno, token.value);
      if (this.skipValue(lexer.TOKEN_OPERATOR, '=')) {
        withDefault.push(new nodes.Pair(name.lineno, name.colno, name, this.parseExpression()));
      } else if (withDefault.length > 0) {
        this.failAt(token, 'a parameter without a default cannot follow one with a default');
      } else {
        plain.push(name);
      }
    }
    this.take();
    const keywords =
      withDefault.length > 0 ? [new nodes.KeywordArgs(open.lineno, open.colno, withDefault)] : [];
    return new nodes.NodeList(open.lineno, open.colno, [
      ...plain,
      ...keywords,
    ]) as unknown as ParameterList;
  }
}

function emptyParameters(tag: TemplateToken): ParameterList {
  const list: ListNode<unknown> = new nodes.NodeList(tag.lineno, tag.colno, []);
  return list as ParameterList;
}

/**
 * Returns the syntax tree of a template. Throws `TemplateProblem`: `template-syntax`, `template-unsupported`,
 * `template-undefined` (a filter or test that does not exist), `template-error` (nested too deeply).
 */
export function parseTemplate(template: TemplateText, names: ParserNames): RootNode {
  try {
    return new TemplateParser(tokenize(template), template, names).parseAsRoot() as RootNode;
  } catch (thrown) {
    if (isStackOverflow(thrown)) {
      throw nestingProblem(locatePlace(template, { lineno: 0, colno: 0 }));
    }
    throw thrown;
  }
}
