import { join } from 'node:path';
import { capturePlainTemplate } from '../compile/template/capture-plain-template.js';
import { readUnrenderedConfig } from '../parse/unrendered-config.js';
import { hashBytes, hashText } from '../project/hash-text.js';
import { decodeText, maximumFileBytes } from '../project/read-text-file.js';
import { readContent, type FileSight } from '../project/watch-files.js';
import type { ProjectReceipt } from './project-receipt.js';

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

/** A model whose text is another one since. */
export interface EditedModel {
  readonly text: string;
  /** Its content, as it was just seen. */
  readonly sight: FileSight;
}

/** Returns the model's text; `undefined` if it cannot be read. */
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

/**
 * Returns the edited models by their paths; `undefined` if one cannot be read, or something was said of one.
 */
export function readEdits(
  receipt: ProjectReceipt,
  edited: readonly string[],
): ReadonlyMap<string, EditedModel> | undefined {
  if (isSpokenOf(receipt, edited)) return undefined;
  const texts = new Map<string, EditedModel>();
  for (const path of edited) {
    const read = readEdited(receipt.root, path);
    if (read === undefined) return undefined;
    texts.set(path, read);
  }
  return texts;
}

type Entry = Readonly<Record<string, unknown>>;

/**
 * Returns the manifest's entry of a model with another text; `undefined` if the text may change more than that. `entry` holds
 * the text that was.
 */
export function editEntry(path: string, { text }: EditedModel, entry: Entry): Entry | undefined {
  const { raw_code: old } = entry;
  const outline = typeof old === 'string' ? outlineTemplate(path, old) : undefined;
  if (outline === undefined || outline !== outlineTemplate(path, text)) return undefined;
  return {
    ...entry,
    checksum: { name: 'sha256', checksum: hashText(text.trim()) },
    raw_code: text.trim(),
  };
}

/** Returns the manifest's entry of a node as an invocation makes it that started then. */
export function dateEntry(entry: Entry, startedAt: string): Entry {
  return 'created_at' in entry ? { ...entry, created_at: Date.parse(startedAt) / 1000 } : entry;
}
