import type { SourceLocation } from '../core/diagnostic.js';
import type { IndirectSelection, Reach, SelectorMethod } from '../core/selector-definition.js';

/** One word of a selector, such as `2+tag:nightly+`. */
export interface Criterion {
  readonly kind: 'criterion';
  readonly method: SelectorMethod;
  /** What follows the method's name: `['meta', 'owner']` of `config.meta.owner`. */
  readonly arguments: readonly string[];
  readonly value: string;
  readonly parents: Reach | null;
  readonly children: Reach | null;
  /** `@`: descendants, and all that those need. */
  readonly childrensParents: boolean;
  /** `null`: as the command line says. */
  readonly indirectSelection: IndirectSelection | null;
  /** The value's place in the expression. `path` is the command-line flag, or the file of selectors. */
  readonly location: SourceLocation;
}

/** What to select: words, and how they are put together. */
export type Selector =
  | Criterion
  | {
      readonly kind: 'union' | 'intersection';
      readonly of: readonly Selector[];
      /** Looks again for tests whose parents are all there once the parts are put together; dbt's command line does. */
      readonly indirectSelection: IndirectSelection | null;
    }
  | { readonly kind: 'difference'; readonly from: Selector; readonly remove: Selector };
