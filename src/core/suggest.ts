import { closest, distance } from 'fastest-levenshtein';

/** Two neighbouring letters that changed places are one slip, and count as two differences. */
function isTransposed(name: string, other: string): boolean {
  const sort = (text: string): string => Array.from(text).sort().join('');
  return distance(name, other) === 2 && sort(name) === sort(other);
}

/**
 * Returns the candidate that `name` was probably meant to be, or `undefined` if none is near: at most about a third of the
 * letters differ, or two letters changed places, without regard to case.
 */
export function suggest(name: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const lowered = name.toLowerCase();
  const byLowered = new Map(candidates.map((candidate) => [candidate.toLowerCase(), candidate]));
  const nearest = closest(lowered, [...byLowered.keys()]);
  const limit = Math.max(1, Math.round(Math.max(name.length, nearest.length) / 3));
  return distance(lowered, nearest) <= limit || isTransposed(lowered, nearest)
    ? byLowered.get(nearest)
    : undefined;
}

/** Returns the hint `did you mean 'x'?`, or `otherwise` if no candidate is near. */
export function didYouMean(
  name: string,
  candidates: readonly string[],
  otherwise?: string,
): string | undefined {
  const suggestion = suggest(name, candidates);
  return suggestion === undefined ? otherwise : `did you mean '${suggestion}'?`;
}

/** Nobody reads more hints, and each search costs as much as there are candidates. */
const mostSearches = 100;

/**
 * Returns `didYouMean` for many names among the same candidates: a name that many files misspell is searched for once,
 * and after a hundred different names there is only `otherwise`.
 */
export function createSuggester(
  candidates: readonly string[],
): (name: string, otherwise?: string) => string | undefined {
  const found = new Map<string, string | undefined>();
  return (name, otherwise) => {
    if (!found.has(name) && found.size < mostSearches)
      found.set(name, didYouMean(name, candidates));
    return found.get(name) ?? otherwise;
  };
}
