import type { SourceLocation } from './diagnostic.js';
import type { ListedNode } from './listed-node.js';
import type { JsonValue } from './node.js';

/** Which data tests come along with the models that a selector picks; dbt's four ways. */
export const indirectSelections = ['eager', 'cautious', 'buildable', 'empty'] as const;
export type IndirectSelection = (typeof indirectSelections)[number];

/** dbt's kinds of resources; those that a project cannot have yet match nothing. */
export const resourceTypeNames = [
  'model',
  'test',
  'source',
  'seed',
  'snapshot',
  'analysis',
  'exposure',
  'metric',
  'saved_query',
  'semantic_model',
  'unit_test',
] as const;

/** Returns dbt's kind of a node, which tells unit tests from data tests. */
export function kindOf(node: ListedNode): (typeof resourceTypeNames)[number] {
  return node.resourceType === 'test' && node.unit !== undefined ? 'unit_test' : node.resourceType;
}

/** dbt's selector methods. Source: https://docs.getdbt.com/reference/node-selection/methods */
export const selectorMethodNames = [
  'fqn',
  'tag',
  'path',
  'file',
  'source',
  'config',
  'resource_type',
  'test_type',
  'test_name',
  'package',
  'access',
  'version',
  'group',
  'exposure',
  'unit_test',
  'metric',
  'semantic_model',
  'saved_query',
  'state',
  'result',
  'source_status',
  'selector',
] as const;
/** The name of a selector method. */
export type SelectorMethod = (typeof selectorMethodNames)[number];

/** Neighbours to take along: `depth` hops, or all with `null`. */
export interface Reach {
  readonly depth: number | null;
}

/** What a selector of `selectors.yml` says, before its methods and the names in it are looked up. */
export type SelectorRule =
  | {
      /** Written as on the command line. */
      readonly kind: 'text';
      readonly text: string;
      readonly location: SourceLocation;
    }
  | {
      readonly kind: 'method';
      /** With its arguments: `config.materialized`. */
      readonly method: string;
      readonly value: string;
      readonly parents: Reach | null;
      readonly children: Reach | null;
      readonly childrensParents: boolean;
      /** `null`: as the command line says. */
      readonly indirectSelection: IndirectSelection | null;
      readonly location: SourceLocation;
    }
  | { readonly kind: 'union' | 'intersection'; readonly of: readonly SelectorRule[] }
  | {
      readonly kind: 'difference';
      readonly from: SelectorRule;
      readonly remove: SelectorRule;
    };

/** A selector of `selectors.yml`. */
export interface NamedSelector {
  readonly name: string;
  readonly description: string;
  /** Holds where the command line selects nothing. */
  readonly isDefault: boolean;
  readonly rule: SelectorRule;
  /** Its entry as it is written. */
  readonly entry: Readonly<Record<string, JsonValue>>;
  /** The place of its name. */
  readonly location: SourceLocation;
}
