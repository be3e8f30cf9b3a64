import type { Diagnostic } from './diagnostic.js';
import type { TimeWindow } from './event-time.js';
import type { JsonValue, MacroNode, RefCall, SourceCall, UniqueId, VersionId } from './node.js';
import type { PositionMap } from './compiled-node.js';
import type { Relation } from './relation.js';
import type { Result } from './result.js';

/** A template to work on. */
export interface TemplateSource {
  /** For diagnostics; relative to the project folder. */
  readonly path: string;
  readonly content: string;
  /** Where `content` starts in the file, when it is a part of it (a generic test's SQL, a YAML value). Counts from 1. */
  readonly firstLine?: number;
}

/** What `{{ target }}` shows: the target's public values; never credentials. */
export type TargetView = Readonly<Record<string, JsonValue>>;

/** What every template sees. Plain data: templates are pure, they reach no file, process or network. */
export interface TemplateContext {
  readonly projectName: string;
  /** The file that variables stand in, for the next step; `stedi_project.yml` if left out. */
  readonly projectFile?: string;
  /** The package whose template is rendered; the project itself if left out. */
  readonly packageName?: string;
  readonly vars: Readonly<Record<string, JsonValue>>;
  /** The variables as each package sees them. */
  readonly packageVars?: Readonly<Record<string, Readonly<Record<string, JsonValue>>>>;
  /** The environment. `env_var` of a name that starts with `STEDI_ENV_SECRET_` or `DBT_ENV_SECRET_` is refused in models, tests and macros. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly target: TargetView;
  /** The run that asks; without it templates know neither the time nor the id of a run. */
  readonly run?: {
    /** When it began, in UTC: `2026-01-31T12:00:00.000Z`. */
    readonly startedAt: string;
    readonly invocationId: string;
    /** The command, as `flags.WHICH` shows it. */
    readonly command?: string | undefined;
    /** Whether tables are built anew, as `flags.FULL_REFRESH` shows it. */
    readonly fullRefresh?: boolean | undefined;
  };
}

/**
 * Returns the context in which templates of a package are rendered: its own variables, and its macros go before the
 * project's.
 */
export function contextOf(context: TemplateContext, packageName: string): TemplateContext {
  const vars = context.packageVars?.[packageName];
  return vars === undefined ? context : { ...context, packageName, vars };
}

/** What one capture render learned of a file. */
export interface CapturedTemplate {
  readonly refs: readonly RefCall[];
  readonly sources: readonly SourceCall[];
  /** Arguments of all `config()` calls, later ones over earlier ones, with the place of each call. */
  readonly config: Readonly<Record<string, JsonValue>>;
  readonly configCalls: readonly { readonly line: number; readonly column: number }[];
  /** Unique ids of the macros that were called. */
  readonly macros: readonly UniqueId[];
  /** Those that the template itself called, dbt's own among them; left out, the same. */
  readonly directMacros?: readonly UniqueId[];
  /** The names of the variables that were read. */
  readonly vars: readonly string[];
  /** The rendered text has SQL in it, not only comments and white space. */
  readonly hasSql: boolean;
}

/** A relation as templates see it: what it prints, and its parts; the CTE of an ephemeral model has none. */
export interface RenderedRelation {
  readonly relation: Relation | null;
  readonly sql: string;
  /** What it prints instead: some of its rows, as a query in parentheses. `.render()` gives `sql` all the same. */
  readonly limitedSql?: string;
  /** What it is in the warehouse, where that was asked. */
  readonly found?: 'table' | 'view';
}

/** A column as templates see it. */
export interface TemplateColumn {
  readonly name: string;
  /** Left out where only the name is known. */
  readonly type?: {
    readonly dtype: string;
    /** As a cast names it. */
    readonly dataType: string;
    readonly kind: 'string' | 'integer' | 'float' | 'numeric' | 'other';
    /** The length of a text; 0 if it has none. */
    readonly size?: number;
  };
}

/** All columns of a relation in their order, or why they are not known and what to do. */
export type RelationColumns =
  | { readonly columns: readonly TemplateColumn[] }
  | { readonly unknown: string; readonly hint: string };

/** What a ref or source turns into: SQL, a relation, or the reason why it turns into nothing. */
export type ResolvedReference = string | RenderedRelation | { readonly problem: Diagnostic };

/** How names in a template turn into SQL when it is rendered for good. */
export interface RenderBindings {
  /**
   * Returns the SQL for a ref; the relation in the author's dialect, or an ephemeral model's CTE name. A problem is
   * reported at the call.
   */
  ref(call: {
    readonly name: string;
    readonly package?: string;
    readonly version?: VersionId;
  }): ResolvedReference;
  source(call: { readonly source: string; readonly table: string }): ResolvedReference;
  readonly this: RenderedRelation | null;
  /** The relation of the node that is rendered, and what it is in the warehouse; left out where nobody looked. */
  readonly existing?: {
    readonly relation: Relation;
    readonly sql: string;
    readonly found: 'table' | 'view' | null;
  };
  readonly isIncremental: boolean;
  /** What `config.get()` tells, made when a template asks: most do not. */
  readonly config: () => Readonly<Record<string, JsonValue>>;
  /** What macros return in place of what they would, by name. */
  readonly macroResults?: Readonly<Record<string, JsonValue>>;
  /** More names for this template alone, such as the arguments of a generic test. */
  readonly extra?: Readonly<Record<string, JsonValue>>;
  /** Hooks and operations: hears of each statement that `run_query` or `statement` is given. */
  readonly onStatement?: (sql: string) => void;
  /** Hears of each `sql_header` that the template gives its configuration, in order. */
  readonly onHeader?: (sql: string) => void;
  /** Returns the block of text that `doc()` names; without it, there is no `doc()`. A problem is reported at the call. */
  readonly doc?: (call: {
    readonly name: string;
    readonly package?: string;
  }) => string | { readonly problem: Diagnostic };
  /** Returns what `graph` shows of the project, when it is asked for; without it, an empty project. */
  readonly graph?: () => Readonly<Record<string, JsonValue>>;
  /** What `model` shows of the node that is rendered, made when a template asks. */
  readonly model?: () => Readonly<Record<string, JsonValue>>;
  /** Returns what `adapter.get_columns_in_relation` says; without it, that is refused. */
  readonly columnsOf?: (relation: Relation) => RelationColumns;
  /** Whether the value of a template that prints one thing alone is wanted, too. */
  readonly native?: boolean;
  /** The batch that is rendered, as `model.batch`. */
  readonly batch?: { readonly id: string; readonly window: TimeWindow };
}

/** What one capture is told besides the template; plain data, because it is a part of what a kept capture is known by. */
export interface CaptureBindings extends Pick<RenderBindings, 'extra'> {
  /** What `model` shows of the node that is captured; left out, what its file tells. */
  readonly model?: Readonly<Record<string, JsonValue>>;
}

export interface RenderedTemplate {
  readonly sql: string;
  /** From a place in `sql` to the place in the template file that produced it. */
  readonly toSource: PositionMap;
  /** Unique ids of the macros that were called. */
  readonly macros: readonly UniqueId[];
  /** With `native`: what a template prints that prints one value which is no text, such as `{{ var('x') }}`. */
  readonly value?: JsonValue;
}

/**
 * Renders templates. Made once per project from its macros by `createTemplateEngine` in `compile/`; parse and compile
 * receive it as an argument.
 */
export interface TemplateEngine {
  /** The macros that were found in the macro files. */
  readonly macros: readonly MacroNode[];
  /**
   * Renders once with recording stand-ins for `ref`, `source` and `config`; `is_incremental()` is false. Refs and
   * sources that only an incremental run reaches are found too, and those written out in branches not taken.
   * Diagnostics: `template-*`, `var-undefined`, `env-var-undefined`.
   */
  capture(
    source: TemplateSource,
    context: TemplateContext,
    bindings?: CaptureBindings,
  ): Result<CapturedTemplate>;
  /** Renders for good. Same diagnostics as `capture`, those of `ref` and `source`, and the warning `template-warning`. */
  render(
    source: TemplateSource,
    context: TemplateContext,
    bindings: RenderBindings,
  ): Result<RenderedTemplate>;
}
