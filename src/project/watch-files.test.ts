import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  findChangedSights,
  findOwnType,
  findRealPath,
  findType,
  isThere,
  listFolder,
  readContent,
  watchFiles,
} from './watch-files.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stedi-watch-'));
  mkdirSync(join(folder, 'models'));
  writeFileSync(join(folder, 'models/a.sql'), 'one');
  symlinkSync('models/a.sql', join(folder, 'link'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const limits = { mostBytes: 10, most: 10 };

function lookAround(): void {
  readContent(join(folder, 'models/a.sql'), limits.mostBytes);
  listFolder(join(folder, 'models'));
  findType(join(folder, 'link'));
  findOwnType(join(folder, 'link'));
  findRealPath(join(folder, 'link'));
  isThere(join(folder, 'nothing'));
}

describe('watchFiles', () => {
  it('notes every look, and each finds what it saw until that changes', () => {
    const watch = watchFiles();
    lookAround();
    watch.stop();
    isThere(join(folder, 'unseen'));
    const sights = watch.sights() ?? [];
    expect(sights.map(([look]) => look)).toEqual([
      'content',
      'names',
      'type',
      'own type',
      'real path',
      'type',
    ]);
    expect(findChangedSights(sights, limits)).toEqual([]);
    const changes: readonly (readonly [looks: readonly string[], change: () => void])[] = [
      [
        ['content'],
        () => {
          writeFileSync(join(folder, 'models/a.sql'), 'two');
        },
      ],
      [
        ['names'],
        () => {
          writeFileSync(join(folder, 'models/b.sql'), 'b');
        },
      ],
      [
        ['type'],
        () => {
          writeFileSync(join(folder, 'nothing'), '');
        },
      ],
      [
        ['type', 'own type', 'real path'],
        () => {
          rmSync(join(folder, 'link'));
        },
      ],
    ];
    const changed = new Set<string>();
    for (const [looks, change] of changes) {
      change();
      for (const look of looks) changed.add(look);
      const found = findChangedSights(sights, limits) ?? [];
      expect(new Set(found.map(([look]) => look))).toEqual(changed);
    }
    expect(findChangedSights(sights, { ...limits, most: 2 })).toBeUndefined();
  });

  it('knows nothing of a place that it saw in two states', () => {
    const watch = watchFiles();
    lookAround();
    writeFileSync(join(folder, 'models/a.sql'), 'two');
    lookAround();
    watch.stop();
    expect(watch.sights()).toBeUndefined();
  });

  it('tells a folder, a file that is too large and one that is not there apart', () => {
    const path = join(folder, 'models/a.sql');
    const states = [
      () => {
        writeFileSync(path, 'x'.repeat(11));
      },
      () => {
        rmSync(path);
      },
      () => {
        mkdirSync(path);
      },
    ];
    const seen = states.map((change) => {
      change();
      const watch = watchFiles();
      try {
        readContent(path, limits.mostBytes);
      } catch {
        // The system's error is a sight as well.
      }
      watch.stop();
      return watch.sights()?.[0]?.[2];
    });
    expect(seen).toEqual(['too large', 'error ENOENT', 'no file']);
  });
});

describe('whatever reads a project', () => {
  /** What writes, or is no part of reading a project. */
  const others = [
    'parse-cache.ts',
    'watch-files.ts',
    'packages/fetch-git.ts',
    'packages/fetch-hub.ts',
    'packages/install-packages.ts',
  ];

  it('looks through the functions that note it', () => {
    const root = new URL('.', import.meta.url).pathname;
    const readers = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !/\.test\.ts$|^testing\//.test(path))
      .filter((path) =>
        /from 'node:(?:fs|os|child_process)|\bprocess\.env/.test(
          readFileSync(join(root, path), 'utf8').replaceAll(/^import type .*$/gm, ''),
        ),
      );
    expect(readers.toSorted()).toEqual(others.toSorted());
  });
});
