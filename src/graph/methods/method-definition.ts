import type { ListedNode } from '../../core/listed-node.js';
import type { MacroNode, UniqueId, JsonValue } from '../../core/node.js';
import type { PreviousState } from '../../core/previous-state.js';
import type { IndirectSelection, NamedSelector } from '../../core/selector-definition.js';
import { didYouMean } from '../../core/suggest.js';

/** Why a value cannot be one of a method's. */
export interface Complaint {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** A node with what matching it needs again and again. */
export interface SelectableNode {
  readonly node: ListedNode;
  /** The fully qualified name with dots between its parts: `stedi.trusted.customer_trusted`. */
  readonly dottedName: string;
}

/** Tells whether a node is one of those meant. */
export type NodeMatcher = (selectable: SelectableNode) => boolean;

/** What selectors may speak of besides the graph. */
export interface SelectorSurroundings {
  /** The project's `selectors.yml`. */
  readonly selectors: readonly NamedSelector[];
  /** The other state, if `--state` names one. */
  readonly state: PreviousState | undefined;
  /** When each source was loaded, by the last `source freshness` of this project; `null` if there was none. */
  readonly loadedAt: ReadonlyMap<UniqueId, string> | null;
  readonly indirectSelection: IndirectSelection;
}

/** What matching needs to know of the project besides the node. */
export interface MatchSurroundings extends SelectorSurroundings {
  /** Returns what differs between a node and its earlier self. */
  readonly changesOf: (id: UniqueId) => ReadonlySet<Change>;
  /** The files of the project's own nodes. */
  readonly projectPaths: () => readonly string[];
}

/** What is compared with the other state. */
export interface StateComparison {
  readonly macros: readonly MacroNode[];
  readonly vars: Readonly<Record<string, JsonValue>>;
  /** When each source was loaded, ISO 8601, UTC, by the last `source freshness`; `null` if there was none. */
  readonly loadedAt?: ReadonlyMap<UniqueId, string> | null;
}

/** The kinds of differences from the other state; all but `fqn` and `vars` are dbt's names. */
export type Change =
  | 'new'
  | 'body'
  | 'configs'
  | 'relation'
  | 'persisted_descriptions'
  | 'macros'
  | 'contract'
  | 'vars'
  | 'fqn';

/** A way to match nodes, as in `tag:nightly`. */
export interface SelectorMethodDefinition {
  /** Returns what is wrong with `method.argument:value`, or `undefined`. */
  complain(
    value: string,
    methodArguments: readonly string[],
    surroundings: SelectorSurroundings,
  ): Complaint | undefined;
  /** Returns the matcher of a value that has nothing to complain of. */
  matcher(
    value: string,
    methodArguments: readonly string[],
    surroundings: MatchSurroundings,
  ): NodeMatcher;
  /** Returns what the author may have meant: values that match `node`. */
  suggestions(node: ListedNode): readonly string[];
  /** Why nothing can match, where a project cannot have what the method asks for. */
  readonly absence?: string;
}

/** Returns a complaint about arguments, for a method that takes none. */
export function refuseArguments(method: string): SelectorMethodDefinition['complain'] {
  return (value, methodArguments) =>
    methodArguments.length === 0
      ? undefined
      : {
          message: `the selector method '${method}' takes no '.${methodArguments.join('.')}'`,
          hint: `write ${method}:${value}`,
        };
}

/** Returns a complaint about a value that is not one of `allowed`. */
export function oneOf(
  method: string,
  allowed: readonly string[],
): SelectorMethodDefinition['complain'] {
  return (value, methodArguments, surroundings) => {
    if (allowed.includes(value))
      return refuseArguments(method)(value, methodArguments, surroundings);
    const list = `the values of ${method} are ${allowed.join(', ')}`;
    const guess = didYouMean(value, allowed);
    return {
      message: `'${value}' is not a value of ${method}`,
      hint: guess === undefined ? list : `${guess} (${list})`,
    };
  };
}

/** Returns a method for resources that projects cannot have yet: it matches nothing, and says why. */
export function absentMethod(method: string, what: string): SelectorMethodDefinition {
  return {
    complain: refuseArguments(method),
    matcher: () => () => false,
    suggestions: () => [],
    absence: `${what} are not supported yet, so a project has none`,
  };
}
