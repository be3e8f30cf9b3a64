import { join } from 'node:path';
import type { Diagnostic } from '../core/diagnostic.js';
import type { UniqueId } from '../core/node.js';
import { openManifest } from '../report/artifacts/manifest-file.js';
import { dateEntry, editEntry, readEdits, type EditedModel } from './edited-models.js';
import type { Invocation } from './invocation.js';
import type { ProjectRequest } from './load-project-graph.js';
import { readListing, type ProjectListing } from './project-listing.js';
import { findListing, findReceipt, type ProjectReceipt } from './project-receipt.js';

/** What the last `parse` found, for a command that only names nodes. */
export interface RecalledListing extends ProjectListing {
  readonly diagnostics: readonly Diagnostic[];
  /** Returns what the manifest of this invocation would say of a node. */
  readonly readEntry: (id: UniqueId) => Readonly<Record<string, unknown>>;
}

type Entry = Readonly<Record<string, unknown>>;

/**
 * Returns the entries of the manifest, edited models with their texts; `undefined` if it is not the manifest that was
 * written, or an edit changes more than texts.
 */
function openEntries(
  receipt: ProjectReceipt,
  edits: ReadonlyMap<string, EditedModel>,
): ((number: number | undefined) => readonly [id: string, entry: Entry]) | undefined {
  const { root, targetPath, manifest, entries, models } = receipt;
  const reader = openManifest(join(root, targetPath, 'manifest.json'), manifest);
  if (reader === undefined) return undefined;
  const read = (number: number | undefined): readonly [id: string, entry: Entry] => {
    const [start, length] = (number === undefined ? undefined : entries[number]) ?? [0, 0];
    return reader.entryAt(start, length);
  };
  const edited = new Map<number, readonly [id: string, entry: Entry]>();
  for (const [path, number] of models) {
    const edit = edits.get(path);
    if (edit === undefined) continue;
    const [id, old] = read(number);
    const entry = editEntry(path, edit, old);
    if (entry === undefined) return undefined;
    edited.set(number, [id, entry]);
  }
  return (number) => (number === undefined ? undefined : edited.get(number)) ?? read(number);
}

/**
 * Returns what loading the project would give to a command that only names nodes, if the last `parse` left it and it still
 * holds, but for texts of models that say the same to everybody but the engine; `undefined` if the project is to be loaded.
 * `withEntries`: the command reads entries. Touches nothing.
 */
export function recallListing(
  request: ProjectRequest,
  { startedAt }: Pick<Invocation, 'startedAt'>,
  { withEntries }: { readonly withEntries: boolean },
): RecalledListing | undefined {
  const found = findReceipt(request);
  if (found === undefined) return undefined;
  const { receipt, edited } = found;
  const kept = findListing(receipt);
  if (kept === undefined) return undefined;
  const edits = readEdits(receipt, edited);
  if (edits === undefined) return undefined;
  const isManifestNeeded = withEntries || edits.size > 0;
  const entryOf = isManifestNeeded ? openEntries(receipt, edits) : undefined;
  if (isManifestNeeded && entryOf === undefined) return undefined;
  const listing = readListing(kept);
  return {
    ...listing,
    diagnostics: receipt.diagnostics,
    readEntry: (id) => {
      const [found, entry] = entryOf?.(listing.entryOf(id)) ?? [];
      if (found !== id || entry === undefined) throw new Error(`no entry of ${id} was kept`);
      return dateEntry(entry, startedAt);
    },
  };
}
