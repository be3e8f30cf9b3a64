import library from 'nunjucks/src/nodes.js';

/**
 * The syntax tree of a template: nunjucks' node classes with types, and the few nodes that Jinja2 has and nunjucks
 * lacks. `lineno` and `colno` count from 0 and name the node's first token.
 */
interface NodeOf<T extends string> {
  readonly typename: T;
  readonly lineno: number;
  readonly colno: number;
  /** How many code units to underline, where that is more than one. */
  length?: number;
}

export type LiteralValue = null | boolean | bigint | number | string;

export interface LiteralNode extends NodeOf<'Literal'> {
  readonly value: LiteralValue;
}
export interface SymbolNode extends NodeOf<'Symbol'> {
  readonly value: string;
}
/** A tuple: nunjucks parses `(a, b)` as a group. */
export interface GroupNode extends NodeOf<'Group'> {
  readonly children: readonly Expression[];
}
export interface ArrayNode extends NodeOf<'Array'> {
  readonly children: readonly Expression[];
}
export interface PairNode extends NodeOf<'Pair'> {
  readonly key: Expression;
  readonly value: Expression;
}
export interface DictNode extends NodeOf<'Dict'> {
  readonly children: readonly PairNode[];
}
/** `target.name` */
export interface AttributeNode extends NodeOf<'Attribute'> {
  readonly target: Expression;
  readonly name: SymbolNode;
}
/** `target[val]` */
export interface LookupNode extends NodeOf<'LookupVal'> {
  readonly target: Expression;
  readonly val: Expression | SliceNode;
}
/** `start:stop:step` */
export interface SliceNode extends NodeOf<'Slice'> {
  readonly start: Expression | null;
  readonly stop: Expression | null;
  readonly step: Expression | null;
}
/** `*args` (one star) or `**kwargs` (two) in a call. */
export interface SpreadNode extends NodeOf<'Spread'> {
  readonly stars: 1 | 2;
  readonly value: Expression;
}
/** `name=value` pairs; keys are `SymbolNode`s. */
export interface KeywordArgsNode extends NodeOf<'KeywordArgs'> {
  readonly children: readonly PairNode[];
}
export type ArgumentNode = Expression | SpreadNode | KeywordArgsNode;
export interface ListNode<T> extends NodeOf<'NodeList'> {
  readonly children: readonly T[];
}
export interface CallNode extends NodeOf<'FunCall'> {
  readonly name: Expression;
  readonly args: ListNode<ArgumentNode>;
}
/** The first of `args` is what is filtered. */
export interface FilterNode extends NodeOf<'Filter'> {
  readonly name: SymbolNode;
  readonly args: ListNode<ArgumentNode | CaptureNode>;
}
/** `left is right(args)`; `right` is always a call of a name. */
export interface IsNode extends NodeOf<'Is'> {
  readonly left: Expression;
  readonly right: CallNode;
}
export interface InlineIfNode extends NodeOf<'InlineIf'> {
  readonly cond: Expression;
  readonly body: Expression;
  readonly else_: Expression | null;
}
export interface UnaryNode extends NodeOf<'Not' | 'Neg' | 'Pos'> {
  readonly target: Expression;
}
export type BinaryName =
  'Or' | 'And' | 'Add' | 'Sub' | 'Mul' | 'Div' | 'FloorDiv' | 'Mod' | 'Pow' | 'Concat';
export interface BinaryNode extends NodeOf<BinaryName> {
  readonly left: Expression;
  readonly right: Expression;
}
export type ComparisonName = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';
export interface OperandNode extends NodeOf<'CompareOperand'> {
  readonly expr: Expression;
  readonly type: ComparisonName;
}
export interface CompareNode extends NodeOf<'Compare'> {
  readonly expr: Expression;
  readonly ops: readonly OperandNode[];
}

export type Expression =
  | LiteralNode
  | SymbolNode
  | GroupNode
  | ArrayNode
  | DictNode
  | AttributeNode
  | LookupNode
  | CallNode
  | FilterNode
  | IsNode
  | InlineIfNode
  | UnaryNode
  | BinaryNode
  | CompareNode;

export interface DataNode extends NodeOf<'TemplateData'> {
  readonly value: string;
}
export interface OutputNode extends NodeOf<'Output'> {
  readonly children: readonly (DataNode | Expression)[];
}
/** A body whose output becomes a value. */
export interface CaptureNode extends NodeOf<'Capture'> {
  readonly body: BodyNode;
}
export interface IfNode extends NodeOf<'If'> {
  readonly cond: Expression;
  readonly body: BodyNode;
  readonly else_: BodyNode | IfNode | null;
}
/** What can stand on the left of `=`; an attribute must be a namespace's. */
export type AssignTarget = SymbolNode | GroupNode | AttributeNode;
/** `{% break %}` and `{% continue %}` of Jinja2's loop control extension. */
export interface LoopExitNode extends NodeOf<'LoopExit'> {
  readonly kind: 'break' | 'continue';
}
export interface ForNode extends NodeOf<'For'> {
  readonly arr: Expression;
  readonly name: AssignTarget;
  /** `for x in xs if cond` */
  readonly cond: Expression | null;
  readonly body: BodyNode;
  readonly else_: BodyNode | null;
  readonly recursive: boolean;
}
export interface SetNode extends NodeOf<'Set'> {
  readonly targets: readonly [AssignTarget];
  /** A filter or a capture, for a block set. */
  readonly value: Expression | CaptureNode;
}
/** Parameters: symbols, then one `KeywordArgsNode` for those with defaults. */
export type ParameterList = ListNode<SymbolNode | KeywordArgsNode>;
export interface MacroStatement extends NodeOf<'Macro'> {
  readonly name: SymbolNode;
  readonly args: ParameterList;
  readonly body: BodyNode;
  /** Where the block stands in the text, tags included. */
  readonly span: { readonly start: number; readonly end: number };
}
export interface CallBlockNode extends NodeOf<'CallBlock'> {
  readonly call: CallNode;
  readonly args: ParameterList;
  readonly body: BodyNode;
}
export interface DoNode extends NodeOf<'Do'> {
  readonly expr: Expression;
}
export interface WithNode extends NodeOf<'With'> {
  readonly targets: readonly AssignTarget[];
  readonly values: readonly Expression[];
  readonly body: BodyNode;
}

export type Statement =
  | OutputNode
  | IfNode
  | ForNode
  | LoopExitNode
  | SetNode
  | MacroStatement
  | CallBlockNode
  | DoNode
  | WithNode;

/** A sequence of statements: the body of a block, or a whole template. */
export type BodyNode = ListNode<Statement> | RootNode;
export interface RootNode extends NodeOf<'Root'> {
  readonly children: readonly Statement[];
}

/** Any node, for walking. */
export type TemplateNode =
  | Expression
  | Statement
  | BodyNode
  | ArgumentNode
  | SliceNode
  | PairNode
  | OperandNode
  | CaptureNode
  | DataNode
  | ListNode<ArgumentNode>
  | ParameterList;

/** A place in a template; lines and columns count from 0. */
export interface Place {
  readonly lineno: number;
  readonly colno: number;
  readonly length?: number;
}

type NodeClass<N, Fields extends readonly unknown[]> = new (
  lineno: number,
  colno: number,
  ...fields: Fields
) => N;

/** Gives a class of the library its type; the one place where the library's promise is taken on trust. */
function typed<N, Fields extends readonly unknown[]>(
  libraryClass: typeof library.Node,
): NodeClass<N, Fields> {
  return libraryClass as unknown as NodeClass<N, Fields>;
}

function extend<N, Fields extends readonly unknown[]>(
  parent: typeof library.Node,
  name: string,
  fields: readonly string[],
): NodeClass<N, Fields> {
  return typed(parent.extend(name, { fields }));
}

function binary(name: BinaryName): NodeClass<BinaryNode, [left: Expression, right: Expression]> {
  return typed(library[name]);
}

type Unary = NodeClass<UnaryNode, [target: Expression]>;

/** The node classes. */
export const nodes = {
  NodeList: typed<ListNode<ArgumentNode | CaptureNode>, [unknown[]]>(library.NodeList),
  Literal: typed<LiteralNode, [LiteralValue]>(library.Literal),
  Symbol: typed<SymbolNode, [string]>(library.Symbol),
  Group: typed<GroupNode, [Expression[]]>(library.Group),
  Array: typed<ArrayNode, [Expression[]]>(library.Array),
  Pair: typed<PairNode, [key: Expression, value: Expression]>(library.Pair),
  Dict: typed<DictNode, [PairNode[]]>(library.Dict),
  Attribute: extend<AttributeNode, [Expression, SymbolNode]>(library.Node, 'Attribute', [
    'target',
    'name',
  ]),
  LookupVal: typed<LookupNode, [Expression, Expression | SliceNode]>(library.LookupVal),
  Slice: extend<SliceNode, [Expression | null, Expression | null, Expression | null]>(
    library.Node,
    'Slice',
    ['start', 'stop', 'step'],
  ),
  Spread: extend<SpreadNode, [1 | 2, Expression]>(library.Node, 'Spread', ['stars', 'value']),
  KeywordArgs: typed<KeywordArgsNode, [PairNode[]]>(library.KeywordArgs),
  FunCall: typed<CallNode, [Expression, ListNode<unknown>]>(library.FunCall),
  Filter: typed<FilterNode, [SymbolNode, ListNode<unknown>]>(library.Filter),
  Is: typed<IsNode, [Expression, CallNode]>(library.Is),
  InlineIf: typed<InlineIfNode, [Expression, Expression, Expression | null]>(library.InlineIf),
  Not: typed(library.Not) as Unary,
  Neg: typed(library.Neg) as Unary,
  Pos: typed(library.Pos) as Unary,
  Or: binary('Or'),
  And: binary('And'),
  Add: binary('Add'),
  Sub: binary('Sub'),
  Mul: binary('Mul'),
  Div: binary('Div'),
  FloorDiv: binary('FloorDiv'),
  Mod: binary('Mod'),
  Pow: binary('Pow'),
  Concat: binary('Concat'),
  Compare: typed<CompareNode, [Expression, OperandNode[]]>(library.Compare),
  CompareOperand: typed<OperandNode, [Expression, ComparisonName]>(library.CompareOperand),
  TemplateData: typed<DataNode, [string]>(library.TemplateData),
  Output: typed<OutputNode, [(DataNode | Expression)[]]>(library.Output),
  Capture: typed<CaptureNode, [BodyNode]>(library.Capture),
  For: extend<
    ForNode,
    [Expression, AssignTarget, Expression | null, BodyNode, BodyNode | null, boolean]
  >(library.For, 'For', ['arr', 'name', 'cond', 'body', 'else_', 'recursive']),
  LoopExit: extend<LoopExitNode, ['break' | 'continue']>(library.Node, 'LoopExit', ['kind']),
  Set: typed<SetNode, [[AssignTarget], Expression | CaptureNode]>(library.Set),
  Macro: extend<
    MacroStatement,
    [SymbolNode, ListNode<unknown>, BodyNode, { readonly start: number; readonly end: number }]
  >(library.Macro, 'Macro', ['name', 'args', 'body', 'span']),
  CallBlock: extend<CallBlockNode, [CallNode, ListNode<unknown>, BodyNode]>(
    library.Node,
    'CallBlock',
    ['call', 'args', 'body'],
  ),
  Do: extend<DoNode, [Expression]>(library.Node, 'Do', ['expr']),
  With: extend<WithNode, [AssignTarget[], Expression[], BodyNode]>(library.Node, 'With', [
    'targets',
    'values',
    'body',
  ]),
} as const;

function isNode(value: unknown): value is TemplateNode {
  return typeof value === 'object' && value !== null && 'typename' in value;
}

/** Yields `root` and every node below it, in the order of the text. Needs no stack for deep trees. */
export function* walkNodes(root: TemplateNode): Generator<TemplateNode> {
  const pending: TemplateNode[] = [root];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const node = next;
    yield node;
    const { fields } = node as unknown as { readonly fields: readonly (keyof TemplateNode)[] };
    for (const field of fields.toReversed()) {
      const value: unknown = node[field];
      const children: readonly unknown[] = Array.isArray(value) ? value.toReversed() : [value];
      for (const child of children) if (isNode(child)) pending.push(child);
    }
  }
}
