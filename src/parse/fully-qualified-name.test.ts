import { expect, it } from 'vitest';
import { fileStem, foldersBelow, fullyQualifiedName } from './fully-qualified-name.js';

it.each<readonly [path: string, roots: readonly string[], folders: readonly string[]]>([
  ['models/a.sql', ['models'], []],
  ['models/x/y/a.sql', ['models'], ['x', 'y']],
  ['models/x/y/a.sql', ['./models/'], ['x', 'y']],
  ['models/x/y/a.sql', ['models', 'models/x'], ['y']],
  ['models/x/a.sql', ['.'], ['models', 'x']],
  ['models2/x/a.sql', ['models'], ['models2', 'x']],
])('finds the folders of %s below %j', (path, roots, folders) => {
  expect(foldersBelow(path, roots)).toEqual(folders);
});

it('starts with the project and ends with the names', () => {
  expect(fullyQualifiedName('p', 'models/x/s.yml', ['models'], 'raw', 't')).toEqual([
    'p',
    'x',
    'raw',
    't',
  ]);
});

it.each([
  ['models/x/a.sql', 'a'],
  ['a.b.sql', 'a.b'],
  ['models/a.SQL', 'a'],
])('knows the stem of %s', (path, stem) => {
  expect(fileStem(path)).toBe(stem);
});
