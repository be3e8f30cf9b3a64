import { memberStep } from '../functions/json-path.js';

/** A step of a path of the SQL standard. Places count from 1, from the end if they are negative. */
export type PathStep =
  | { readonly kind: 'member'; readonly path: string }
  | { readonly kind: 'members' }
  | { readonly kind: 'elements' }
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
  String.raw`\s*(?:\.\s*([A-Za-z_]\w*)(?!\s*\()|\.\s*"((?:[^"\\]|\\.)*)"|(\.\s*\*)|(\[\s*\*\s*\])|\[\s*${place}(?:\s+to\s+${place})?\s*\])`,
  'uy',
);

/**
 * Reads a path of JSON_QUERY and its like as far as it names members and elements; filters, methods, arithmetic and
 * variables are not supported.
 */
export function readStandardPath(text: string): StandardPath {
  const [start, mode] = /^\s*(lax|strict)\s+\$(?![A-Za-z_])/.exec(text) ?? [];
  const problem = `the path '${text}' is not supported: it may name members and elements only`;
  if (start === undefined) return { problem };
  const steps: PathStep[] = [];
  step.lastIndex = start.length;
  while (step.lastIndex < text.trimEnd().length) {
    const match = step.exec(text);
    if (match === null) return { problem };
    const [, name, quoted, members, elements, first, last] = match;
    if (name !== undefined || quoted !== undefined) {
      if (quoted?.includes('\\') === true) return { problem };
      const path = memberStep(name ?? quoted ?? '');
      if (path === undefined) return { problem };
      steps.push({ kind: 'member', path: `$${path}` });
    } else if (members !== undefined) steps.push({ kind: 'members' });
    else if (elements !== undefined) steps.push({ kind: 'elements' });
    else {
      const from = readPlace(first ?? '');
      steps.push({ kind: 'slice', first: from, last: last === undefined ? from : readPlace(last) });
    }
  }
  return { mode: mode === 'strict' ? 'strict' : 'lax', steps };
}
