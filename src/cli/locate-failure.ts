import type { EngineFailure } from '../core/adapter.js';
import type { PositionMap } from '../core/compiled-node.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { indexLines } from '../core/text-position.js';

/** The text that a query was translated from. */
export interface QuerySource {
  readonly path: string;
  readonly text: string;
  /** From a place in the query that ran to a place in `text`. */
  readonly toSource: PositionMap;
}

/** Returns the engine's refusal of a query, with the place in the text that the author wrote where it is known. */
export function locateFailure(refusal: EngineFailure, source: QuerySource): Diagnostic {
  const { position, diagnostic } = refusal;
  const place = position && source.toSource(position.line, position.column);
  if (place === undefined) return diagnostic;
  const sourceLine = indexLines(source.text).lineText(place.line);
  return { ...diagnostic, location: { path: source.path, ...place, sourceLine } };
}
