/**
 * The parts of nunjucks that are used: its parser and its nodes. The package's own types describe only the public
 * API, whose compiler and runtime are never loaded (docs/adr/0003).
 */
declare module 'nunjucks/src/lexer.js' {
  const lexer: {
    readonly TOKEN_STRING: 'string';
    readonly TOKEN_DATA: 'data';
    readonly TOKEN_BLOCK_START: 'block-start';
    readonly TOKEN_BLOCK_END: 'block-end';
    readonly TOKEN_VARIABLE_START: 'variable-start';
    readonly TOKEN_VARIABLE_END: 'variable-end';
    readonly TOKEN_LEFT_PAREN: 'left-paren';
    readonly TOKEN_RIGHT_PAREN: 'right-paren';
    readonly TOKEN_LEFT_BRACKET: 'left-bracket';
    readonly TOKEN_RIGHT_BRACKET: 'right-bracket';
    readonly TOKEN_LEFT_CURLY: 'left-curly';
    readonly TOKEN_RIGHT_CURLY: 'right-curly';
    readonly TOKEN_OPERATOR: 'operator';
    readonly TOKEN_COMMA: 'comma';
    readonly TOKEN_COLON: 'colon';
    readonly TOKEN_TILDE: 'tilde';
    readonly TOKEN_PIPE: 'pipe';
    readonly TOKEN_INT: 'int';
    readonly TOKEN_FLOAT: 'float';
    readonly TOKEN_SYMBOL: 'symbol';
  };
  export default lexer;
}

declare module 'nunjucks/src/nodes.js' {
  interface LibraryNode {
    readonly typename: string;
    readonly fields: readonly string[];
  }
  interface LibraryNodeClass {
    new (lineno: number, colno: number, ...fields: readonly unknown[]): LibraryNode;
    extend(name: string, properties?: { readonly fields: readonly string[] }): LibraryNodeClass;
  }
  const nodes: Readonly<Record<LibraryNodeName, LibraryNodeClass>>;
  type LibraryNodeName =
    | 'Node'
    | 'NodeList'
    | 'Literal'
    | 'Symbol'
    | 'Group'
    | 'Array'
    | 'Pair'
    | 'Dict'
    | 'LookupVal'
    | 'If'
    | 'InlineIf'
    | 'For'
    | 'Macro'
    | 'FunCall'
    | 'Filter'
    | 'KeywordArgs'
    | 'Set'
    | 'Output'
    | 'Capture'
    | 'TemplateData'
    | 'Is'
    | 'Or'
    | 'And'
    | 'Not'
    | 'Add'
    | 'Concat'
    | 'Sub'
    | 'Mul'
    | 'Div'
    | 'FloorDiv'
    | 'Mod'
    | 'Pow'
    | 'Neg'
    | 'Pos'
    | 'Compare'
    | 'CompareOperand';
  export default nodes;
}

declare module 'nunjucks/src/parser.js' {
  /** A token as the parser reads it; lines and columns count from 0. */
  interface LibraryToken {
    readonly type: string;
    readonly value: string;
    readonly lineno: number;
    readonly colno: number;
  }
  interface TokenSource<T extends LibraryToken> {
    nextToken(): T | null;
    readonly tags: { readonly VARIABLE_END: string };
  }
  /** `Body` is what `parseUntilBlocks` and `parseAsRoot` return. */
  interface Parser<T extends LibraryToken, Body> {
    breakOnBlocks: readonly string[] | null;
    nextToken(): T | null;
    peekToken(): T | null;
    pushToken(token: T): void;
    skip(type: string): boolean;
    skipValue(type: string, value: string): boolean;
    skipSymbol(name: string): boolean;
    /** Throws what `error` returns. */
    fail(message: string, lineno?: number, colno?: number): never;
    error(message: string, lineno?: number, colno?: number): Error;
    advanceAfterBlockEnd(name?: string): T;
    advanceAfterVariableEnd(): void;
    parseIf(): unknown;
    parseNodes(): unknown[];
    parseStatement(): unknown;
    parseExpression(): unknown;
    parseUntilBlocks(...names: readonly string[]): Body;
    parseAsRoot(): Body;
  }
  const parser: {
    readonly Parser: new <T extends LibraryToken, Body>(tokens: TokenSource<T>) => Parser<T, Body>;
  };
  export default parser;
}
