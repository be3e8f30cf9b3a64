import { join } from 'node:path';
import { changeManifest, isManifest } from '../report/artifacts/manifest-file.js';
import { dateEntry, editEntry, readEdits } from './edited-models.js';
import type { Invocation } from './invocation.js';
import type { ProjectRequest } from './load-project-graph.js';
import {
  findReceipt,
  keepReceipt,
  type FoundReceipt,
  type ProjectReceipt,
} from './project-receipt.js';

/** Brings the manifest up to date with edits; `undefined` if that takes more than the edited texts. */
function applyEdits(
  { receipt, edited }: FoundReceipt,
  invocation: Invocation,
): ProjectReceipt | undefined {
  const { root, targetPath, manifest } = receipt;
  const edits = readEdits(receipt, edited);
  if (edits === undefined) return undefined;
  const editedEntries = receipt.models.flatMap(([path, entry]) => {
    const edit = edits.get(path);
    return edit === undefined ? [] : [{ path, edit, entry }];
  });
  const changed = changeManifest(join(root, targetPath, 'manifest.json'), manifest, {
    metadata: {
      generated_at: new Date().toISOString(),
      invocation_id: invocation.id,
      invocation_started_at: invocation.startedAt,
    },
    entries: editedEntries.map(({ path, edit, entry: number }) => {
      const [start, length] = receipt.entries[number] ?? [0, 0];
      const change = (entry: Readonly<Record<string, unknown>>) => {
        const changed = editEntry(path, edit, entry);
        return changed && dateEntry(changed, invocation.startedAt);
      };
      return { start, length, change };
    }),
    redact: invocation.out.redact,
  });
  if (changed === undefined) return undefined;
  const { hash, metadataBytes, grown } = changed;
  const sights = new Map([...edits.values()].map(({ sight }) => [sight[1], sight]));
  const growths = new Map(editedEntries.map(({ entry }, index) => [entry, grown[index] ?? 0]));
  let shift = metadataBytes - manifest.metadataBytes;
  return {
    ...receipt,
    sights: receipt.sights.map((sight) =>
      sight[0] === 'content' ? (sights.get(sight[1]) ?? sight) : sight,
    ),
    manifest: { hash, metadataBytes },
    entries: receipt.entries.map(([start, length], number) => {
      const growth = growths.get(number) ?? 0;
      const moved = [start + shift, length + growth] as const;
      shift += growth;
      return moved;
    }),
  };
}

/**
 * Returns what `parse` would find, if the last one left a manifest that is right, or can be put right because only texts
 * of models changed that say the same to everybody but the engine; `undefined` if the project is to be parsed.
 */
export function recallParse(
  request: ProjectRequest,
  invocation: Invocation,
): ProjectReceipt | undefined {
  const found = findReceipt(request);
  if (found === undefined) return undefined;
  const { receipt, edited } = found;
  if (edited.length === 0) {
    const path = join(receipt.root, receipt.targetPath, 'manifest.json');
    return isManifest(path, receipt.manifest) ? receipt : undefined;
  }
  try {
    const changed = applyEdits(found, invocation);
    if (changed !== undefined) keepReceipt(request, changed);
    return changed;
  } catch {
    // What keeps the manifest from being written is told by whoever writes all of it.
    return undefined;
  }
}
