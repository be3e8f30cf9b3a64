/**
 * The syntax tree of one query in Athena's dialect (Trino's SELECT grammar), as plain values. `sql/` makes it, an
 * adapter's dialect reads it. Every node carries its place in the text: `start` and `end` are offsets in UTF-16 code
 * units, `end` exclusive.
 *
 * Source: the grammar of Trino (`SqlBase.g4`), as far as a query goes.
 */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Identifier extends Span {
  /** As written, without its quotes. */
  readonly value: string;
  readonly quoted: boolean;
}

/** `a.b.c`: the name of a table. */
export interface QualifiedName extends Span {
  readonly parts: readonly Identifier[];
}

// --- Types ---

/** A type as written in a cast. Names are lower case: `double`, `timestamp with time zone`, `interval day to second`. */
export type TypeSyntax = Span &
  (
    | {
        readonly kind: 'generic';
        readonly name: string;
        readonly parameters: readonly (number | TypeSyntax)[];
      }
    | {
        readonly kind: 'row';
        readonly fields: readonly { readonly name?: Identifier; readonly type: TypeSyntax }[];
      }
  );

// --- Expressions ---

export type Expression =
  | NullLiteral
  | BooleanLiteral
  | NumberLiteral
  | StringLiteral
  | BinaryLiteral
  | TypedLiteral
  | IntervalLiteral
  | NameExpression
  | FieldAccess
  | UnaryExpression
  | ArithmeticExpression
  | ConcatExpression
  | ComparisonExpression
  | LogicalExpression
  | NotExpression
  | IsNullExpression
  | DistinctFromExpression
  | BetweenExpression
  | InListExpression
  | InSubqueryExpression
  | LikeExpression
  | ExistsExpression
  | QuantifiedExpression
  | SubqueryExpression
  | CaseExpression
  | CastExpression
  | CallExpression
  | LambdaExpression
  | RowExpression
  | ArrayExpression
  | SubscriptExpression
  | ExtractExpression
  | TrimExpression
  | AtTimeZoneExpression
  | JsonPathExpression
  | JsonObjectExpression
  | JsonArrayExpression;

export interface NullLiteral extends Span {
  readonly kind: 'null';
}

export interface BooleanLiteral extends Span {
  readonly kind: 'boolean';
  readonly value: boolean;
}

/** `numeric` says which of Trino's types it has: `1`, `1.5`, `1e3`. `text` has no underscores or sign. */
export interface NumberLiteral extends Span {
  readonly kind: 'number';
  readonly numeric: 'integer' | 'decimal' | 'double';
  readonly text: string;
}

export interface StringLiteral extends Span {
  readonly kind: 'string';
  readonly value: string;
}

/** `X'65 66'`: upper case hex digits, an even number. */
export interface BinaryLiteral extends Span {
  readonly kind: 'binary';
  readonly hex: string;
}

/** `DATE '2020-01-01'`, `DECIMAL '1.5'`, `JSON '{}'`. `type` is lower case. */
export interface TypedLiteral extends Span {
  readonly kind: 'typed';
  readonly type: string;
  readonly value: string;
}

export type IntervalUnit = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';

/** `INTERVAL -'1-2' YEAR TO MONTH`. */
export interface IntervalLiteral extends Span {
  readonly kind: 'interval';
  readonly negative: boolean;
  readonly value: string;
  readonly from: IntervalUnit;
  readonly to?: IntervalUnit;
}

/** A bare name: a column, or a lambda's parameter. */
export interface NameExpression extends Span {
  readonly kind: 'name';
  readonly name: Identifier;
}

/** `base.field`: a column of a relation, or a field of a row. */
export interface FieldAccess extends Span {
  readonly kind: 'field';
  readonly base: Expression;
  readonly field: Identifier;
}

export interface UnaryExpression extends Span {
  readonly kind: 'unary';
  readonly operator: '-' | '+';
  readonly operand: Expression;
}

export interface ArithmeticExpression extends Span {
  readonly kind: 'arithmetic';
  readonly operator: '+' | '-' | '*' | '/' | '%';
  readonly left: Expression;
  readonly right: Expression;
}

/** `left || right`. */
export interface ConcatExpression extends Span {
  readonly kind: 'concat';
  readonly left: Expression;
  readonly right: Expression;
}

export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export interface ComparisonExpression extends Span {
  readonly kind: 'comparison';
  readonly operator: ComparisonOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export interface LogicalExpression extends Span {
  readonly kind: 'logical';
  readonly operator: 'and' | 'or';
  readonly terms: readonly Expression[];
}

export interface NotExpression extends Span {
  readonly kind: 'not';
  readonly operand: Expression;
}

export interface IsNullExpression extends Span {
  readonly kind: 'is-null';
  readonly negated: boolean;
  readonly operand: Expression;
}

/** `left IS [NOT] DISTINCT FROM right`; `negated` when NOT is there. */
export interface DistinctFromExpression extends Span {
  readonly kind: 'distinct-from';
  readonly negated: boolean;
  readonly left: Expression;
  readonly right: Expression;
}

export interface BetweenExpression extends Span {
  readonly kind: 'between';
  readonly negated: boolean;
  readonly operand: Expression;
  readonly low: Expression;
  readonly high: Expression;
}

export interface InListExpression extends Span {
  readonly kind: 'in-list';
  readonly negated: boolean;
  readonly operand: Expression;
  readonly items: readonly Expression[];
}

export interface InSubqueryExpression extends Span {
  readonly kind: 'in-subquery';
  readonly negated: boolean;
  readonly operand: Expression;
  readonly query: Query;
}

export interface LikeExpression extends Span {
  readonly kind: 'like';
  readonly negated: boolean;
  readonly operand: Expression;
  readonly pattern: Expression;
  readonly escape?: Expression;
}

export interface ExistsExpression extends Span {
  readonly kind: 'exists';
  readonly query: Query;
}

/** `left = ANY (query)`; SOME is ANY. */
export interface QuantifiedExpression extends Span {
  readonly kind: 'quantified';
  readonly operator: ComparisonOperator;
  readonly quantifier: 'all' | 'any';
  readonly left: Expression;
  readonly query: Query;
}

export interface SubqueryExpression extends Span {
  readonly kind: 'subquery';
  readonly query: Query;
}

export interface CaseExpression extends Span {
  readonly kind: 'case';
  /** `CASE operand WHEN …`. */
  readonly operand?: Expression;
  readonly branches: readonly { readonly when: Expression; readonly then: Expression }[];
  readonly otherwise?: Expression;
}

export interface CastExpression extends Span {
  readonly kind: 'cast';
  /** TRY_CAST. */
  readonly safe: boolean;
  readonly operand: Expression;
  readonly type: TypeSyntax;
}

/** A function's call. `name` is lower case. Functions without parentheses, such as CURRENT_DATE, are calls too. */
export interface CallExpression extends Span {
  readonly kind: 'call';
  readonly name: string;
  readonly nameSpan: Span;
  readonly args: readonly Expression[];
  /** `count(*)`. */
  readonly star: boolean;
  readonly distinct: boolean;
  readonly orderBy: readonly SortItem[];
  /** `LISTAGG(…) WITHIN GROUP (ORDER BY …)`. */
  readonly withinGroup?: readonly SortItem[];
  /** `LISTAGG(x, ',' ON OVERFLOW …)`. */
  readonly overflow?: ListaggOverflow;
  readonly filter?: Expression;
  readonly nullTreatment?: 'respect' | 'ignore';
  readonly over?: WindowReference;
}

export type ListaggOverflow =
  | { readonly kind: 'error' }
  | { readonly kind: 'truncate'; readonly filler?: string; readonly withCount: boolean };

export interface LambdaExpression extends Span {
  readonly kind: 'lambda';
  readonly parameters: readonly Identifier[];
  readonly body: Expression;
}

/** `ROW(a, b)` or `(a, b)`. */
export interface RowExpression extends Span {
  readonly kind: 'row';
  readonly items: readonly Expression[];
}

export interface ArrayExpression extends Span {
  readonly kind: 'array';
  readonly items: readonly Expression[];
}

export interface SubscriptExpression extends Span {
  readonly kind: 'subscript';
  readonly base: Expression;
  readonly index: Expression;
}

/** `EXTRACT(field FROM operand)`; `field` is lower case. */
export interface ExtractExpression extends Span {
  readonly kind: 'extract';
  readonly field: string;
  readonly operand: Expression;
}

/** `TRIM([LEADING|TRAILING|BOTH] [characters] FROM operand)`. */
export interface TrimExpression extends Span {
  readonly kind: 'trim';
  readonly side: 'both' | 'leading' | 'trailing';
  readonly operand: Expression;
  readonly characters?: Expression;
}

export interface AtTimeZoneExpression extends Span {
  readonly kind: 'at-time-zone';
  readonly operand: Expression;
  readonly zone: Expression;
}

/** What a JSON function does when there is no value, or an error. */
export type JsonBehavior =
  | {
      readonly kind:
        'null' | 'error' | 'true' | 'false' | 'unknown' | 'empty-array' | 'empty-object';
    }
  | { readonly kind: 'default'; readonly value: Expression };

/** JSON_EXISTS, JSON_VALUE, JSON_QUERY. */
export interface JsonPathExpression extends Span {
  readonly kind: 'json-path';
  readonly function: 'json_exists' | 'json_value' | 'json_query';
  readonly input: Expression;
  /** `FORMAT JSON [ENCODING UTF8]` of the input. */
  readonly inputFormat?: 'json' | 'utf8' | 'utf16' | 'utf32';
  readonly path: StringLiteral;
  readonly passing: readonly (JsonValueArgument & { readonly name: Identifier })[];
  readonly returning?: TypeSyntax;
  readonly wrapper?: 'without' | 'conditional' | 'unconditional';
  readonly quotes?: 'keep' | 'omit';
  readonly onEmpty?: JsonBehavior;
  readonly onError?: JsonBehavior;
}

export interface JsonValueArgument {
  readonly value: Expression;
  readonly format?: 'json' | 'utf8' | 'utf16' | 'utf32';
}

export interface JsonObjectExpression extends Span {
  readonly kind: 'json-object';
  readonly members: readonly (JsonValueArgument & { readonly key: Expression })[];
  readonly nulls: 'null' | 'absent';
  readonly uniqueKeys: boolean;
  readonly returning?: TypeSyntax;
}

export interface JsonArrayExpression extends Span {
  readonly kind: 'json-array';
  readonly items: readonly JsonValueArgument[];
  readonly nulls: 'null' | 'absent';
  readonly returning?: TypeSyntax;
}

// --- Ordering and windows ---

export interface SortItem extends Span {
  readonly expression: Expression;
  readonly descending: boolean;
  /** Left out: Trino puts nulls last in both directions. */
  readonly nulls?: 'first' | 'last';
}

export type FrameBound =
  | { readonly kind: 'unbounded-preceding' | 'current-row' | 'unbounded-following' }
  | { readonly kind: 'preceding' | 'following'; readonly value: Expression };

export interface WindowFrame extends Span {
  readonly unit: 'rows' | 'range' | 'groups';
  readonly from: FrameBound;
  readonly to?: FrameBound;
}

export interface WindowSpecification extends Span {
  readonly kind: 'specification';
  /** The window that this one builds on: `OVER (w ORDER BY a)`. */
  readonly base?: Identifier;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
  readonly frame?: WindowFrame;
}

export type WindowReference =
  WindowSpecification | (Span & { readonly kind: 'name'; readonly name: Identifier });

// --- Queries ---

export interface CommonTable extends Span {
  readonly name: Identifier;
  readonly columns?: readonly Identifier[];
  readonly query: Query;
}

/** `[WITH …] body [ORDER BY …] [OFFSET …] [LIMIT …]`. */
export interface Query extends Span {
  readonly kind: 'query';
  readonly with?: Span & { readonly recursive: boolean; readonly tables: readonly CommonTable[] };
  readonly body: QueryBody;
  readonly orderBy: readonly SortItem[];
  /** Digits. */
  readonly offset?: string;
  /** Digits; LIMIT ALL is left out. */
  readonly limit?: string;
  /** FETCH FIRST n ROWS WITH TIES; `limit` holds n. */
  readonly withTies: boolean;
}

export type QueryBody = Select | SetOperation | ValuesBody | TableBody | NestedQuery;

export interface Select extends Span {
  readonly kind: 'select';
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from: readonly RelationSyntax[];
  readonly where?: Expression;
  readonly groupBy?: GroupBy;
  readonly having?: Expression;
  readonly windows: readonly { readonly name: Identifier; readonly window: WindowSpecification }[];
}

export type SelectItem = Span &
  (
    | { readonly kind: 'expression'; readonly expression: Expression; readonly alias?: Identifier }
    | {
        readonly kind: 'star';
        /** `base.*`: a relation, or an expression of type row. */
        readonly base?: Expression;
        readonly aliases?: readonly Identifier[];
      }
  );

export type GroupingElement = Span &
  (
    | { readonly kind: 'simple'; readonly expressions: readonly Expression[] }
    | {
        readonly kind: 'rollup' | 'cube' | 'grouping-sets';
        readonly sets: readonly (readonly Expression[])[];
      }
  );

export interface GroupBy extends Span {
  readonly distinct: boolean;
  readonly elements: readonly GroupingElement[];
}

export interface SetOperation extends Span {
  readonly kind: 'set-operation';
  readonly operator: 'union' | 'intersect' | 'except';
  readonly distinct: boolean;
  readonly left: QueryBody;
  readonly right: QueryBody;
}

/** `VALUES (1, 'a'), (2, 'b')`; a row of one column may stand without parentheses. */
export interface ValuesBody extends Span {
  readonly kind: 'values';
  readonly rows: readonly Expression[];
}

/** `TABLE name`. */
export interface TableBody extends Span {
  readonly kind: 'table';
  readonly name: QualifiedName;
}

/** A query in parentheses where a query's body may stand. */
export interface NestedQuery extends Span {
  readonly kind: 'nested';
  readonly query: Query;
}

// --- Relations ---

export type RelationSyntax =
  TableRelation | SubqueryRelation | UnnestRelation | JoinRelation | AliasedRelation;

export interface TableRelation extends Span {
  readonly kind: 'table';
  readonly name: QualifiedName;
}

/** `(query)` or `LATERAL (query)`. */
export interface SubqueryRelation extends Span {
  readonly kind: 'subquery';
  readonly lateral: boolean;
  readonly query: Query;
}

export interface UnnestRelation extends Span {
  readonly kind: 'unnest';
  readonly expressions: readonly Expression[];
  readonly ordinality: boolean;
}

export interface AliasedRelation extends Span {
  readonly kind: 'aliased';
  readonly relation: RelationSyntax;
  readonly alias: Identifier;
  readonly columns?: readonly Identifier[];
}

export interface JoinRelation extends Span {
  readonly kind: 'join';
  readonly type: 'inner' | 'left' | 'right' | 'full' | 'cross';
  readonly left: RelationSyntax;
  readonly right: RelationSyntax;
  readonly on?: Expression;
  readonly using?: readonly Identifier[];
}
