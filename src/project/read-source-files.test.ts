import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProjectPaths } from './project-paths.js';
import { readSourceFiles } from './read-source-files.js';
import { summarise, writeFolder } from './testing/temp-project.js';

const paths: ProjectPaths = {
  models: ['models'],
  macros: ['macros'],
  tests: ['tests'],
  seeds: ['seeds'],
  snapshots: [],
  analyses: [],
  docs: null,
  target: 'target',
  named: [],
};

function read(root: string, overrides: Partial<ProjectPaths> = {}) {
  const { files, missing, diagnostics } = readSourceFiles(root, { ...paths, ...overrides });
  return {
    files: files.map(({ kind, path }) => `${kind} ${path}`),
    missing,
    lines: summarise(diagnostics),
  };
}

describe('readSourceFiles', () => {
  it('finds every file by its folder and ending, sorted', () => {
    const root = writeFolder({
      'models/b/z.sql': '',
      'models/b.sql': '',
      'models/a/y.yml': '',
      'models/a/X.SQL': '',
      'models/a/w.yaml': '',
      'models/a/readme.md': '',
      'models/a/data.csv': '',
      'models/.hidden.sql': '',
      'models/.checkpoints/copy.sql': '',
      'macros/m.sql': '',
      'macros/m.yml': '',
      'tests/generic/t.sql': '',
      'seeds/people.csv': '',
      'seeds/people.yml': '',
      'seeds/query.sql': '',
      'elsewhere/x.sql': '',
    });
    expect(read(root)).toEqual({
      files: [
        'macro macros/m.sql',
        'properties macros/m.yml',
        'model models/a/X.SQL',
        'docs models/a/readme.md',
        'properties models/a/w.yaml',
        'properties models/a/y.yml',
        'model models/b.sql',
        'model models/b/z.sql',
        'seed seeds/people.csv',
        'properties seeds/people.yml',
        'macro tests/generic/t.sql',
      ],
      missing: [],
      lines: [],
    });
  });

  it('reads several folders of a kind, and names those that are missing', () => {
    const root = writeFolder({ 'one/a.sql': '', 'deep/two/b.sql': '' });
    expect(read(root, { models: ['one', 'deep/two', 'three'] })).toEqual({
      files: ['model deep/two/b.sql', 'model one/a.sql'],
      missing: ['three', 'macros', 'tests', 'seeds'],
      lines: [],
    });
  });

  it('follows links inside the project', () => {
    const root = writeFolder({ 'models/a/x.sql': '', 'shared/y.sql': '', 'shared/z.sql': '' });
    symlinkSync(join(root, 'shared'), join(root, 'models', 'linked'));
    symlinkSync('../shared/z.sql', join(root, 'models', 'z.sql'));
    symlinkSync('a', join(root, 'models', 'again'));
    expect(read(root).files).toEqual([
      'model models/a/x.sql',
      'model models/again/x.sql',
      'model models/linked/y.sql',
      'model models/linked/z.sql',
      'model models/z.sql',
    ]);
    expect(read(root).lines).toEqual([]);
  });

  it.each([
    ['to itself', 'loop.sql', 'loop.sql', 'it is a link that leads to itself'],
    ['to nowhere', 'nowhere', 'gone.sql', 'it does not exist (a link that leads nowhere?)'],
    [
      'to its own folder',
      '.',
      'self',
      'it is a link to a folder that it lies in (remove the link)',
    ],
    ['to a folder above', '..', 'up', 'it is a link to a folder that it lies in (remove the link)'],
    [
      'out of the project',
      '/etc',
      'etc',
      'it is a link that leads out of the project (copy the file into the project)',
    ],
    [
      'to a file elsewhere',
      '/etc/passwd',
      'secret.sql',
      'it is a link that leads out of the project (copy the file into the project)',
    ],
  ])('does not follow a link %s', (_, target, name, reason) => {
    const root = writeFolder({ 'models/x.sql': '' });
    symlinkSync(target, join(root, 'models', name));
    expect(read(root)).toMatchObject({
      files: ['model models/x.sql'],
      lines: [`error file-unreadable models/${name} models/${name} cannot be read: ${reason}`],
    });
  });

  it('ends on two links that lead to each other', () => {
    const root = writeFolder({ 'models/a/x.sql': '', 'models/b/y.sql': '' });
    symlinkSync('../b', join(root, 'models', 'a', 'b'));
    symlinkSync('../a', join(root, 'models', 'b', 'a'));
    expect(read(root)).toMatchObject({
      files: [
        'model models/a/b/y.sql',
        'model models/a/x.sql',
        'model models/b/a/x.sql',
        'model models/b/y.sql',
      ],
      lines: [
        expect.stringContaining(
          'models/a/b/a cannot be read: it is a link to a folder that it lies in',
        ),
        expect.stringContaining(
          'models/b/a/b cannot be read: it is a link to a folder that it lies in',
        ),
      ],
    });
  });

  it('reads a folder that many links lead to once more, not once for each way', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'];
    const root = writeFolder(Object.fromEntries(names.map((name) => [`models/${name}/x.sql`, ''])));
    for (const from of names) {
      for (const to of names) {
        if (from !== to) symlinkSync(`../${to}`, join(root, 'models', from, to));
      }
    }
    const { files, lines } = read(root);
    expect(files.length).toBeLessThanOrEqual(2 * names.length);
    expect(lines).toContainEqual(
      expect.stringContaining('it is a link to a folder that is read already'),
    );
  });

  it('reports all files that cannot be read, and reads the others', () => {
    const root = writeFolder({
      'models/a.sql': 'select 1',
      'models/b.sql': new Uint8Array([0x80]),
      'models/c.yml': new Uint8Array([0x41, 0xff]),
      'models/d.py': 'def model(): pass',
      macros: 'a file',
    });
    mkdirSync(join(root, 'tests'));
    mkdirSync(join(root, 'seeds'));
    expect(read(root)).toEqual({
      files: ['model models/a.sql', 'python-model models/d.py'],
      missing: [],
      lines: [
        'error file-unreadable macros macros cannot be read: expected a folder, found a file',
        'error file-unreadable models/b.sql:1:1 models/b.sql cannot be read: expected UTF-8, found the byte 0x80 in line 1 (save the file as UTF-8)',
        'error file-unreadable models/c.yml:1:2 models/c.yml cannot be read: expected UTF-8, found the byte 0xFF in line 1 (save the file as UTF-8)',
        'warning file-ignored models/d.py Python is not run: the model of models/d.py is listed, and fails where it is built (write the model in SQL, or move the file out of the model paths)',
      ],
    });
  });
});
