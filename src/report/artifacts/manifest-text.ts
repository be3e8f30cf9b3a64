import type { Redactor } from '../redact.js';
import type { ManifestParts } from './to-manifest.js';

/** Under which keys the manifest holds what is in the DAG. */
const graphKeys: readonly string[] = ['nodes', 'sources', 'exposures', 'unit_tests'];

/** A piece of the manifest's text; `id` names the node whose entry it is. */
export interface ManifestPiece {
  readonly text: string;
  readonly id?: string;
}

/**
 * Returns the text of the manifest, piece by piece: the JSON that the whole would be, without ever being whole. Entries
 * of what is in the DAG are pieces of their own, from key to value.
 */
export function* printManifest(
  parts: ManifestParts,
  redact: Redactor,
): Generator<ManifestPiece, void, undefined> {
  /** What stands between the braces of an object with one key. An object would be of a shape of its own for each key. */
  const printPair = (key: string, value: unknown): string =>
    `${redact.json(key)}:${redact.json(value)}`;
  let before = '{';
  for (const part of parts) {
    if ('value' in part) {
      yield { text: before + printPair(part.key, part.value) };
    } else {
      yield { text: `${before}${JSON.stringify(part.key)}:{` };
      const { ids, toEntry } = part.entries;
      for (const [index, id] of ids.entries()) {
        if (index > 0) yield { text: ',' };
        const text = printPair(id, toEntry(id));
        yield graphKeys.includes(part.key) ? { text, id } : { text };
      }
      yield { text: '}' };
    }
    before = ',';
  }
  yield { text: '}\n' };
}
