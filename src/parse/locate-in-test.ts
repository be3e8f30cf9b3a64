import type { SourceLocation } from '../core/diagnostic.js';
import type { PropertiesFile, TestEntry } from '../core/project.js';

/** Returns the place of a generic test in its YAML file: the test's name. */
export function locateTest(properties: PropertiesFile, entry: TestEntry): SourceLocation {
  const { yamlPath, testName } = entry;
  if (stands(properties, yamlPath, testName)) {
    return properties.locate([...yamlPath, testName], { key: true });
  }
  return properties.locate([...yamlPath, 'test_name']);
}

/**
 * Returns the place of an argument or configuration key of a generic test, or of the test if it does not stand there.
 * Both may stand directly in the test's mapping, or under `arguments:` and `config:`, or beside `test_name:`.
 */
export function locateInTest(
  properties: PropertiesFile,
  entry: TestEntry,
  path: readonly (string | number)[],
  { key = false }: { readonly key?: boolean } = {},
): SourceLocation {
  const bodies = [[...entry.yamlPath, entry.testName], entry.yamlPath];
  const mapping = bodies
    .flatMap((body) => [[...body, 'arguments'], [...body, 'config'], body])
    .find((each) => stands(properties, each, path[0] ?? ''));
  if (mapping === undefined) return locateTest(properties, entry);
  return properties.locate([...mapping, ...path], { key });
}

/** Whether a mapping has the key: `locate` gives what is missing the place of what encloses it. */
function stands(
  properties: PropertiesFile,
  mapping: readonly (string | number)[],
  key: string | number,
): boolean {
  const inside = properties.locate([...mapping, key], { key: true });
  return !isSamePlace(inside, properties.locate(mapping, { key: true }));
}

function isSamePlace(one: SourceLocation, other: SourceLocation): boolean {
  return one.line === other.line && one.column === other.column && one.length === other.length;
}
