import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
  type BigIntStats,
} from 'node:fs';
import { join } from 'node:path';
import { toPlainJson } from '../core/plain-json.js';
import type { JsonValue } from '../core/node.js';
import { hashTexts } from './hash-text.js';

/** Keeps results of pure functions from one invocation to the next, under keys that hold all that they depend on. */
export interface ParseCache {
  /** Returns what was kept under a key. */
  find(key: string): JsonValue | undefined;
  /** Keeps a value, if it is plain JSON and shows no secret. */
  keep(key: string, value: unknown): void;
  /** Writes what this invocation found or kept; without a file that can be written, nothing happens. */
  save(): void;
}

/** The folder below the target folder. */
export const parseCacheFolder = '.cache/parse';
/** The name's ending; `clean` removes files with it, and what a killed process left of one. */
export const parseCacheFile = /^[a-z]+\.(?:cache|[0-9a-f-]{36}\.tmp)$/;

const formatName = 'stedi-sql parse cache 1';

/**
 * Names a file by what no copy of it has. A cache that came with a checkout or an archive is not ours: whoever made it
 * could have templates and tests be read as something else than they say.
 */
function describeFile({ dev, ino, birthtimeNs }: BigIntStats): string | undefined {
  return birthtimeNs === 0n ? undefined : `${dev}:${ino}:${birthtimeNs}`;
}

/** Returns the lines of a file that this tool wrote in this place, unchanged since; none otherwise. */
function readEntries(path: string, identity: string): Map<string, string> {
  const entries = new Map<string, string>();
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const stats = fstatSync(file, { bigint: true });
    const text = stats.isFile() ? readFileSync(file, 'utf8') : '';
    const end = text.indexOf('\n');
    const body = text.slice(end + 1);
    const expected = [formatName, identity, describeFile(stats), hashTexts([body])].join(' ');
    if (end < 0 || text.slice(0, end) !== expected) return entries;
    for (let at = 0; at < body.length;) {
      const space = body.indexOf(' ', at);
      const newline = body.indexOf('\n', space);
      entries.set(body.slice(at, space), body.slice(space + 1, newline));
      at = newline + 1;
    }
  } catch {
    // No cache is as good as an unreadable one.
  } finally {
    if (file !== undefined) closeSync(file);
  }
  return entries;
}

/** Writes a file so that another process sees the old one or the new one, never a part. */
function writeEntries(
  folder: string,
  name: string,
  { identity, body }: { readonly identity: string; readonly body: string },
): void {
  const path = join(folder, `${name}.cache`);
  const temporary = join(folder, `${name}.${randomUUID()}.tmp`);
  try {
    mkdirSync(folder, { recursive: true });
    const file = openSync(temporary, 'wx', 0o600);
    try {
      const description = describeFile(fstatSync(file, { bigint: true }));
      if (description === undefined) throw new Error('files have no time of birth here');
      const bytes = Buffer.from(
        `${[formatName, identity, description, hashTexts([body])].join(' ')}\n${body}`,
      );
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch {
    // A read-only or full disk: the next invocation does the work again.
    try {
      rmSync(temporary, { force: true });
    } catch {
      // Nor can what was begun be removed; `clean` does it.
    }
  }
}

/**
 * Opens the cache of one kind of result in a project's target folder. `identity` stands for the tool's build and whatever
 * else all keys depend on: a file of another identity counts as empty. Never fails, and has nothing to say.
 */
export function openParseCache({
  targetFolder,
  name,
  identity,
  showsSecret,
  mostUnusedBytes = 0,
}: {
  /** Absolute. */
  readonly targetFolder: string;
  readonly name: string;
  /** Without line ends. */
  readonly identity: string;
  readonly showsSecret: (text: string) => boolean;
  /** How much is kept further that an invocation did not ask for, about; the oldest goes first. */
  readonly mostUnusedBytes?: number;
}): ParseCache {
  const folder = join(targetFolder, parseCacheFolder);
  const known = readEntries(join(folder, `${name}.cache`), identity);
  const used = new Map<string, string>();
  let isChanged = false;
  return {
    find(key) {
      const text = known.get(key);
      if (text === undefined) return undefined;
      used.set(key, text);
      return JSON.parse(text) as JsonValue;
    },
    keep(key, value) {
      const text = toPlainJson(value);
      if (text === undefined || showsSecret(text)) return;
      used.set(key, text);
      isChanged = true;
    },
    save() {
      if (!isChanged) return;
      let unusedBytes = 0;
      const unused = [...known]
        .reverse()
        .filter(([key, text]) => {
          return !used.has(key) && (unusedBytes += text.length) <= mostUnusedBytes;
        })
        .reverse();
      const body = [...unused, ...used].map(([key, text]) => `${key} ${text}\n`).join('');
      writeEntries(folder, name, { identity, body });
    },
  };
}
