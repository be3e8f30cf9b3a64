import type { CallExpression, Expression, SortItem, Span } from '../../../core/sql-syntax.js';
import type { SqlType } from '../../../core/sql-type.js';
import type { Sql } from '../translate/fragment.js';
import type { Context } from '../translate/context.js';

/** An argument of a call, translated. */
export interface Argument {
  /** The expression; of a lambda, the whole `lambda x: …`. */
  readonly sql: Sql;
  readonly type: SqlType;
  readonly syntax: Expression;
  readonly volatile: boolean;
  readonly mayFail: boolean;
  readonly mayOverflow: boolean;
  readonly failed: boolean;
  /** Set if the argument is a lambda. */
  readonly lambda?: {
    readonly parameters: readonly Sql[];
    readonly parameterTypes: readonly SqlType[];
    readonly body: Sql;
    readonly bodyType: SqlType;
  };
}

/** Why a call cannot be translated. */
export interface Refusal {
  readonly refusal: {
    readonly reason: string;
    readonly hint?: string;
    /** The part of the call to underline; the function's name if left out. */
    readonly span?: Span;
  };
}

/** What a rewrite returns: SQL of the type that the signature tells, SQL with its type, or a refusal. */
export type Rewritten = Sql | { readonly sql: Sql; readonly type: SqlType } | Refusal;

/** How an aggregate is called; what is left out is as the author wrote it. */
export interface AggregateOptions {
  readonly distinct?: boolean;
  readonly orderBy?: readonly SortItem[];
  /** A further condition on the rows, joined to the author's FILTER by AND. */
  readonly filter?: Sql;
}

/** A call of a function, as a rewrite sees it. */
export interface FunctionCall {
  readonly name: string;
  readonly syntax: CallExpression;
  readonly args: readonly Argument[];
  /** The result's type by the signature; `any` if it could not be found out. */
  readonly type: SqlType;
  /** The argument at `index`, which the signature guarantees. */
  arg(index: number): Argument;
  /** Calls one of DuckDB's aggregate or window functions with the author's DISTINCT, ORDER BY, FILTER and OVER. */
  aggregate(name: string, args: readonly Sql[], options?: AggregateOptions): Sql;
  /** The arguments' SQL, where each may be used several times: what changes from call to call is evaluated beforehand. */
  stableArgs(body: (args: readonly Sql[]) => Sql): Sql;
  /** Evaluates `value` once and uses it several times: `let x = value in body(x)`. */
  once(value: Sql, body: (name: Sql) => Sql): Sql;
  /** Returns a name for a lambda's parameter that the author did not use; another one at each call. */
  freshName(prefix: string): Sql;
  /** Casts as Athena casts (not as DuckDB does), or says why it cannot. */
  cast(argument: Argument, type: SqlType): Sql | Refusal;
  readonly context: Context;
}

/** How calls of one function of Trino become DuckDB's. */
export type FunctionRule =
  /** DuckDB's function does the same for all arguments that the signatures allow. */
  | { readonly kind: 'same'; readonly name?: string; readonly returns?: ReturnRule }
  /** A macro in the warehouse; one body for each number (and, if written, type) of arguments: `(a, b) AS a + b`. */
  | { readonly kind: 'macro'; readonly bodies: readonly string[]; readonly returns?: ReturnRule }
  | {
      readonly kind: 'rewrite';
      readonly write: (call: FunctionCall) => Rewritten;
      readonly returns?: ReturnRule;
    }
  | { readonly kind: 'refuse'; readonly reason: string; readonly hint?: string };

/** Finds the result's type where the signature leaves it open (`decimal(rp,s)`). `undefined`: not known. */
export type ReturnRule = (types: readonly SqlType[]) => SqlType | undefined;

/** The functions of one page of Trino's manual, and further macros that their rewrites call. */
export interface FunctionFamily {
  readonly name: string;
  /** By the function's name in lower case. */
  readonly rules: Readonly<Record<string, FunctionRule>>;
  /** By the macro's name: its bodies. Names must not be those of functions that are macros themselves. */
  readonly macros?: Readonly<Record<string, readonly string[]>>;
}

/** A function that DuckDB has too, by the same name or another. */
export function same(name?: string, options: { readonly returns?: ReturnRule } = {}): FunctionRule {
  return { kind: 'same', ...(name !== undefined && { name }), ...options };
}

/** A function that becomes a macro. Bodies name their parameters: `(a, b) AS a + b`. */
export function macro(...bodies: readonly string[]): FunctionRule {
  return { kind: 'macro', bodies };
}

/** A function whose calls are written anew. */
export function rewrite(
  write: (call: FunctionCall) => Rewritten,
  options: { readonly returns?: ReturnRule } = {},
): FunctionRule {
  return { kind: 'rewrite', write, ...options };
}

/** A function that is not translated. `reason` follows "cannot be translated: "; `hint` is the next step. */
export function refuse(reason: string, hint?: string): FunctionRule {
  return { kind: 'refuse', reason, ...(hint !== undefined && { hint }) };
}

/** Returns the rules that refuse these functions, their names divided by blanks, for one reason. */
export function refuseAll(
  names: string,
  reason: string,
  hint?: string,
): Readonly<Record<string, FunctionRule>> {
  return Object.fromEntries(names.split(/\s+/).map((name) => [name, refuse(reason, hint)]));
}

/** A refusal of one call, out of a rewrite. */
export function refusal(reason: string, hint?: string, span?: Span): Refusal {
  return { refusal: { reason, ...(hint !== undefined && { hint }), ...(span && { span }) } };
}

/** Returns the value of a string literal, else `undefined`. */
export function literalString(argument: Argument | undefined): string | undefined {
  return argument?.syntax.kind === 'string' ? argument.syntax.value : undefined;
}

/** Returns the value of an integer literal, with its sign, else `undefined`. */
export function literalInteger(argument: Argument | undefined): number | undefined {
  const read = (syntax: Expression): number | undefined => {
    if (syntax.kind === 'unary') {
      const value = read(syntax.operand);
      return value !== undefined && syntax.operator === '-' ? -value : value;
    }
    return syntax.kind === 'number' && syntax.numeric === 'integer'
      ? Number(syntax.text)
      : undefined;
  };
  return argument && read(argument.syntax);
}

/** The types that rewrites tell apart. */
type TypeCases = Readonly<Partial<Record<SqlType['kind'], (call: FunctionCall) => Rewritten>>>;

/**
 * A rewrite that depends on the type of one argument (the first unless `index` says otherwise). A type that could not be
 * found out takes `any`, or is refused with the advice to cast.
 */
export function rewriteByType(
  cases: TypeCases,
  options: { readonly index?: number; readonly returns?: ReturnRule } = {},
): FunctionRule {
  return rewrite(
    (call) => {
      const argument = call.args[options.index ?? 0];
      const write = cases[argument?.type.kind ?? 'any'];
      if (write !== undefined) return write(call);
      if (argument !== undefined && argument.type.kind === 'any') return refuseOpenType(argument);
      const kind = argument?.type.kind ?? 'no argument';
      return refusal(`it is not supported for ${kind}`, undefined, argument?.syntax);
    },
    { ...(options.returns && { returns: options.returns }) },
  );
}

/** The refusal of a call because an argument's type is not known. */
export function refuseOpenType(argument: Argument): Refusal {
  return refusal(
    'what it does depends on the type of this argument, which could not be found out',
    'say the type: CAST(… AS type)',
    argument.syntax,
  );
}
