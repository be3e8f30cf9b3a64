import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject, type TestProject } from './testing/project.js';

const folder = fileURLToPath(new URL('../fixtures/dbt-artifacts', import.meta.url));

function readFixture(): Record<string, string> {
  const root = join(folder, 'project');
  return Object.fromEntries(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(root, path), readFileSync(path, 'utf8')]),
  );
}

type Mapping = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Lists whose order tells nothing. */
const isUnordered = (path: readonly string[]): boolean =>
  ['child_map', 'parent_map', 'group_map'].includes(path[0] ?? '') ||
  ['nodes', 'tags', 'refs'].includes(path.at(-1) ?? '');

/** What `record.py` leaves out. */
const apart = ['created_at', 'root_path', 'generated_at', 'invocation_id', 'invocation_started_at'];

/** Returns the paths at which two values differ, dots between the keys. */
function findDifferences(dbt: unknown, own: unknown, path: readonly string[] = []): string[] {
  if (isObject(dbt) && isObject(own)) {
    return [...new Set([...Object.keys(dbt), ...Object.keys(own)])]
      .filter((key) => !apart.includes(key))
      .flatMap((key) => findDifferences(dbt[key], own[key], [...path, key]));
  }
  if (Array.isArray(dbt) && Array.isArray(own) && dbt.length === own.length && isObject(dbt[0])) {
    const inOrder = (list: readonly unknown[]): readonly unknown[] =>
      isUnordered(path)
        ? list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
        : list;
    const others = inOrder(own);
    return inOrder(dbt).flatMap((each, index) =>
      findDifferences(each, others[index], [...path, `${index}`]),
    );
  }
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      const items = value.map(sorted);
      return isUnordered(path) ? items.toSorted() : items;
    }
    return isObject(value)
      ? Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
      : value;
  };
  const same = JSON.stringify(sorted(dbt)) === JSON.stringify(sorted(own));
  return same ? [] : [path.join('|')];
}

/** Where our manifest says something else than dbt's, and why. */
const known: readonly (readonly [RegExp, string])[] = [
  [/^metadata\|(dbt_version|env\|)/u, 'the schema is that of 1.11, and variables are kept'],
  [/^functions$/u, 'dbt 1.11 has them'],
  [/^macros\|.*\|arguments$/u, 'those of the definition are told, too'],
  [
    /^nodes\|.*\|depends_on\|macros$/u,
    'macros that macros called count, and those of dbt are not part of the project',
  ],
  [
    /^nodes\|(operation|analysis)\..*\|(unrendered_config|config\|persist_docs)/u,
    'what folders say of models is none of theirs',
  ],
  [
    /^nodes\|operation\..*\|(checksum|original_file_path|tags|refs)/u,
    'of a hook the text is hashed, not the project file',
  ],
  [/^nodes\|test\..*\|raw_code$/u, 'configuration is not repeated in the text of a test'],
  [/^nodes\|test\..*\|(config|unrendered_config)\|tags$/u, 'tags of columns are theirs, each once'],
  [/^nodes\|model\.rich\.orders\|unrendered_config\|(meta|tags)/u, 'all places count, unrendered'],
  [/^nodes\|snapshot\.rich\.snap_yaml\|checksum\|checksum$/u, 'of YAML the query is hashed'],
  [/^nodes\|snapshot\..*\|config\|hard_deletes$/u, 'the rule that holds is told'],
  [/^groups\|.*\|config\|persist_docs$/u, 'what folders say of models is none of theirs'],
];

describe("artifacts beside dbt's", () => {
  let project: TestProject;
  beforeAll(() => {
    project = createProject(readFixture());
    expect(project.run(['parse'])).toMatchObject({ code: 0, stderr: '' });
    project.write('dbt/manifest.json', readFileSync(join(folder, 'manifest.json')));
  });
  afterAll(() => project.remove());

  it("has dbt's manifest, key by key, but for what is known", () => {
    const differences = findDifferences(
      project.json('dbt/manifest.json'),
      project.json('target/manifest.json'),
    );
    const unknown = differences.filter((path) => !known.some(([pattern]) => pattern.test(path)));
    expect(unknown).toEqual([]);
    const unused = known.filter(([pattern]) => !differences.some((path) => pattern.test(path)));
    expect(unused).toEqual([]);
  });

  it.each(['dbt', 'target'])('finds nothing changed since the state in %s/', (state) => {
    const listed = project.run(['ls', '--select', 'state:modified', '--state', state]);
    expect(listed).toMatchObject({ code: 0, stdout: '' });
    expect(listed.stderr).toContain("'modified' matches nothing");
  });
});
