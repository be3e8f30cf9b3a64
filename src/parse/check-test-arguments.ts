import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { PropertiesFile, TestEntry } from '../core/project.js';
import { didYouMean } from '../core/suggest.js';
import type { GenericTest, TestArgument } from './generic-tests/generic-test.js';
import { locateInTest, locateTest } from './locate-in-test.js';

/** The column of a test that stands under a model or table rather than under a column. */
const columnName: TestArgument = {
  required: true,
  complain: (value) =>
    typeof value === 'string' && value.trim() !== '' ? undefined : 'a column or an SQL expression',
};

/**
 * Returns what is wrong with the arguments of a generic test: missing, unknown, or of the wrong kind. A test that does
 * not stand under a column takes the argument `column_name`. Diagnostics: `test-invalid`.
 */
export function checkTestArguments(
  definition: GenericTest,
  entry: TestEntry,
  {
    properties,
    underColumn,
  }: { readonly properties: PropertiesFile; readonly underColumn: boolean },
): readonly Diagnostic[] {
  const known: Readonly<Record<string, TestArgument>> = {
    ...definition.arguments,
    ...(!underColumn && definition.own?.takesColumn !== false && { column_name: columnName }),
  };
  const names = Object.keys(known);
  const list =
    names.length === 0
      ? `${definition.name} takes no arguments; configuration stands under \`config:\``
      : `the arguments of ${definition.name} are ${names.join(', ')}`;

  const missing = Object.entries(known).flatMap(([name, { required }]) => {
    if (!required || (definition.own && name === 'column_name')) return [];
    if (Object.hasOwn(entry.arguments, name)) return [];
    const message = `the test ${definition.name} needs the argument '${name}'`;
    const location = locateTest(properties, entry);
    const hint =
      name === 'column_name'
        ? 'put the test under a column, or add `column_name:`'
        : `add \`${name}:\``;
    return [errorDiagnostic('test-invalid', message, { location, hint })];
  });
  const wrong = Object.entries(entry.arguments).flatMap(([name, value]) => {
    const argument = Object.hasOwn(known, name) ? known[name] : undefined;
    if (argument === undefined && definition.own?.takesAny === true && name !== 'model') return [];
    if (argument === undefined) {
      const message = `the test ${definition.name} has no argument '${name}'`;
      const location = locateInTest(properties, entry, [name], { key: true });
      const hint = didYouMean(name, names, list);
      const related = definition.own && [
        { message: 'the test is defined here', location: definition.own.location },
      ];
      return [
        errorDiagnostic('test-invalid', message, { location, hint, ...(related && { related }) }),
      ];
    }
    const expected = argument.complain(value);
    if (expected === undefined) return [];
    const message = `the argument '${name}' of the test ${definition.name} must be ${expected}`;
    const location = locateInTest(properties, entry, [name]);
    return [errorDiagnostic('test-invalid', message, { location })];
  });
  return [...missing, ...wrong];
}
