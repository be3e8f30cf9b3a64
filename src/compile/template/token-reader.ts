import lexer from 'nunjucks/src/lexer.js';
import library from 'nunjucks/src/parser.js';
import type { DiagnosticCode } from '../../core/diagnostic-codes.js';
import type { TemplateToken } from './lexer.js';
import type { BodyNode, Expression, Place } from './nodes.js';
import { nestingProblem, TemplateProblem } from './template-problem.js';
import { locatePlace, type TemplateText } from './template-text.js';

const deepestNesting = 100;

/** nunjucks' parser with what reading its tokens needs: exact places, a limit to nesting. */
export class TokenReader extends library.Parser<TemplateToken, BodyNode> {
  private depth = 0;

  constructor(
    tokens: readonly TemplateToken[],
    protected readonly template: TemplateText,
  ) {
    let next = 0;
    super({ nextToken: () => tokens[next++] ?? null, tags: { VARIABLE_END: '}}' } });
  }

  /** The token that comes next, without taking it. */
  protected current(): TemplateToken {
    const token = this.peekToken();
    return token ?? this.fail('unexpected end of the template');
  }

  protected take(): TemplateToken {
    const token = this.current();
    this.nextToken();
    return token;
  }

  protected takeType(type: string, what: string): TemplateToken {
    const token = this.current();
    if (token.type !== type) this.failAt(token, `expected ${what}, found ${describeToken(token)}`);
    return this.take();
  }

  protected isSymbol(...names: readonly string[]): boolean {
    const token = this.current();
    return token.type === lexer.TOKEN_SYMBOL && names.includes(token.value);
  }

  protected isOperator(value: string): boolean {
    const token = this.current();
    return token.type === lexer.TOKEN_OPERATOR && token.value === value;
  }

  protected failAt(
    place: Place,
    message: string,
    details: { readonly code?: DiagnosticCode; readonly hint?: string | undefined } = {},
  ): never {
    throw new TemplateProblem(details.code ?? 'template-syntax', message, {
      hint: details.hint,
      location: locatePlace(this.template, place),
    });
  }

  protected nest<T>(parse: () => T): T {
    this.depth += 1;
    if (this.depth > deepestNesting)
      throw nestingProblem(locatePlace(this.template, this.current()));
    const result = parse();
    this.depth -= 1;
    return result;
  }

  /** Gives a node that was read just now the length of its text. */
  protected finish<N extends Expression>(node: N): N {
    const start = this.template.lines.offsetOf({ line: node.lineno + 1, column: node.colno + 1 });
    node.length = this.current().previousEnd - start;
    return node;
  }
}

/** Returns a token as an error message shows it. */
export function describeToken(token: TemplateToken): string {
  return token.type === lexer.TOKEN_STRING ? 'a string' : `'${token.value.slice(0, 40)}'`;
}
