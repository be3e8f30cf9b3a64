import { memberStep } from '../functions/json-path.js';
import { readCondition, type PathCondition } from './json-path-filter.js';

/** A step of a path of the SQL standard. Places count from 1, from the end if they are negative. */
export type PathStep =
  | { readonly kind: 'member'; readonly path: string }
  | { readonly kind: 'members' }
  | { readonly kind: 'elements' }
  | { readonly kind: 'size' }
  | { readonly kind: 'type' }
  | { readonly kind: 'filter'; readonly condition: PathCondition }
  | { readonly kind: 'slice'; readonly first: number; readonly last: number };

/** A path, or why it is not supported. */
export type StandardPath =
  | { readonly mode: 'lax' | 'strict'; readonly steps: readonly PathStep[] }
  | { readonly problem: string };

function readPlace(text: string): number {
  const [, last, minus] = /^(last)?(?:\s*-\s*)?(\d+)?$/.exec(text) ?? [];
  return last === undefined ? Number(text) + 1 : -1 - Number(minus ?? 0);
}

const place = String.raw`(\d{1,9}|last(?:\s*-\s*\d{1,9})?)`;
const step = new RegExp(
  String.raw`\s*(?:\.\s*(size|type)\s*\(\s*\)|(\?\s*\()|\.\s*([A-Za-z_]\w*)(?!\w|\s*\()|\.\s*"((?:[^"\\]|\\.)*)"|(\.\s*\*)|(\[\s*\*\s*\])|\[\s*${place}(?:\s+to\s+${place})?\s*\])`,
  'uy',
);

/** Reads the steps of a path from `start` on, as far as there are some; `undefined` for one that is not supported. */
function readSteps(
  text: string,
  start: number,
): { readonly value: readonly PathStep[]; readonly end: number } | undefined {
  const steps: PathStep[] = [];
  let end = start;
  for (;;) {
    step.lastIndex = end;
    const match = step.exec(text);
    if (match === null) return { value: steps, end };
    const [all, method, filter, name, quoted, members, elements, first, last] = match;
    end += all.length;
    if (method === 'size' || method === 'type') steps.push({ kind: method });
    else if (filter !== undefined) {
      const condition = readCondition(text, end, readSteps);
      const close = condition && /^\s*\)/.exec(text.slice(condition.end));
      if (!condition || !close) return undefined;
      steps.push({ kind: 'filter', condition: condition.value });
      end = condition.end + close[0].length;
    } else if (name !== undefined || quoted !== undefined) {
      if (quoted?.includes('\\') === true) return undefined;
      const path = memberStep(name ?? quoted ?? '');
      if (path === undefined) return undefined;
      steps.push({ kind: 'member', path: `$${path}` });
    } else if (members !== undefined) steps.push({ kind: 'members' });
    else if (elements !== undefined) steps.push({ kind: 'elements' });
    else {
      const from = readPlace(first ?? '');
      steps.push({ kind: 'slice', first: from, last: last === undefined ? from : readPlace(last) });
    }
  }
}

function hasFilter(steps: readonly PathStep[]): boolean {
  return steps.some(({ kind }) => kind === 'filter');
}

/**
 * Reads a path of JSON_QUERY and its like: members, elements, `size()`, `type()`, and in lax mode filters as far as
 * `readCondition` reads them. Other methods, arithmetic and variables are not supported.
 */
export function readStandardPath(text: string): StandardPath {
  const [start, mode] = /^\s*(lax|strict)\s+\$(?![A-Za-z_])/.exec(text) ?? [];
  const problem = `the path '${text}' is not supported: it may name members and elements, ask for size() and type() and, if lax, compare with literals in filters`;
  if (start === undefined) return { problem };
  const read = readSteps(text, start.length);
  if (read === undefined || read.end < text.trimEnd().length) return { problem };
  if (mode === 'strict' && hasFilter(read.value)) return { problem };
  return { mode: mode === 'strict' ? 'strict' : 'lax', steps: read.value };
}
