import { join } from 'node:path';
import { capturePlainTemplate } from '../compile/template/capture-plain-template.js';
import { readUnrenderedConfig } from '../parse/unrendered-config.js';
import { hashBytes, hashText } from '../project/hash-text.js';
import { decodeText, maximumFileBytes } from '../project/read-text-file.js';
import { readContent, type FileSight } from '../project/watch-files.js';
import { changeManifest, isManifest } from '../report/artifacts/manifest-file.js';
import type { Invocation } from './invocation.js';
import type { ProjectRequest } from './load-project-graph.js';
import {
  findReceipt,
  keepReceipt,
  type FoundReceipt,
  type ProjectReceipt,
} from './project-receipt.js';

/**
 * Returns all that a template says to anybody but the engine, places apart; `undefined` if only running it can tell. Two
 * texts with one outline make the same node, but for its text and what is made of that alone.
 */
function outlineTemplate(path: string, content: string): string | undefined {
  const captured = capturePlainTemplate({ path, content });
  if (captured === undefined) return undefined;
  const { refs, sources, config, hasSql } = captured;
  return JSON.stringify([
    refs.map((call) => ({ ...call, location: null })),
    sources.map((call) => ({ ...call, location: null })),
    // In the order in which they are written: it is that of the manifest.
    Object.entries(config),
    hasSql,
    Object.entries(readUnrenderedConfig(content)),
  ]);
}

interface EditedModel {
  readonly text: string;
  /** Its content, as it was just seen. */
  readonly sight: FileSight;
}

function readEdited(root: string, path: string): EditedModel | undefined {
  const place = join(root, path);
  try {
    const bytes = readContent(place, maximumFileBytes);
    if (!(bytes instanceof Uint8Array)) return undefined;
    const text = decodeText(bytes, path);
    return text.ok ? { text: text.value, sight: ['content', place, hashBytes(bytes)] } : undefined;
  } catch {
    return undefined;
  }
}

/** What is said of a file may be said of another place in it, or no longer. */
function isSpokenOf({ diagnostics }: ProjectReceipt, paths: readonly string[]): boolean {
  return diagnostics.some(({ location, related = [] }) =>
    [location, ...related.map((each) => each.location)].some(
      (place) => place !== undefined && paths.includes(place.path),
    ),
  );
}

/** Brings the manifest up to date with edits; `undefined` if that takes more than the edited texts. */
function applyEdits(
  { receipt, edited }: FoundReceipt,
  invocation: Invocation,
): ProjectReceipt | undefined {
  const { root, targetPath, manifest } = receipt;
  if (isSpokenOf(receipt, edited)) return undefined;
  const texts = new Map<string, EditedModel>();
  for (const path of edited) {
    const read = readEdited(root, path);
    if (read === undefined) return undefined;
    texts.set(path, read);
  }
  const changed = changeManifest(join(root, targetPath, 'manifest.json'), manifest, {
    metadata: {
      generated_at: new Date().toISOString(),
      invocation_id: invocation.id,
      invocation_started_at: invocation.startedAt,
    },
    entries: receipt.models.flatMap(([path, start, length]) => {
      const text = texts.get(path)?.text;
      if (text === undefined) return [];
      const change = (entry: Readonly<Record<string, unknown>>) => {
        const { raw_code: old } = entry;
        const outline = typeof old === 'string' ? outlineTemplate(path, old) : undefined;
        if (outline === undefined || outline !== outlineTemplate(path, text)) return undefined;
        return {
          ...entry,
          checksum: { name: 'sha256', checksum: hashText(text.trim()) },
          created_at: Date.parse(invocation.startedAt) / 1000,
          raw_code: text.trim(),
        };
      };
      return [{ start, length, change }];
    }),
    redact: invocation.out.redact,
  });
  if (changed === undefined) return undefined;
  const { hash, metadataBytes, grown } = changed;
  const sights = new Map([...texts.values()].map(({ sight }) => [sight[1], sight]));
  const growths = [...grown];
  let shift = metadataBytes - manifest.metadataBytes;
  return {
    ...receipt,
    sights: receipt.sights.map((sight) =>
      sight[0] === 'content' ? (sights.get(sight[1]) ?? sight) : sight,
    ),
    manifest: { hash, metadataBytes },
    models: receipt.models.map(([path, start, length]) => {
      const growth = texts.has(path) ? (growths.shift() ?? 0) : 0;
      const moved = [path, start + shift, length + growth] as const;
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
