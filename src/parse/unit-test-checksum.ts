import { isMapping } from '../core/is-mapping.js';
import type { JsonValue } from '../core/node.js';
import type { UnitTest, UnitTestRows } from '../core/unit-test.js';
import { printPythonText, printPythonValue } from './print-python.js';

const formats = { dict: 'Dict', csv: 'CSV', sql: 'SQL' } as const;

function printRows(rows: UnitTestRows, written: JsonValue | undefined): string {
  const fixture = isMapping(written) ? (written['fixture'] ?? null) : null;
  const content: JsonValue = rows.format === 'sql' ? rows.sql : rows.rows;
  return [
    `rows=${printPythonValue(content)}`,
    `format=<UnitTestFormat.${formats[rows.format]}: '${rows.format}'>`,
    `fixture=${printPythonValue(fixture)}`,
  ].join(', ');
}

/**
 * Returns the text whose sha256 is dbt's checksum of a unit test: everything but its description, as Python prints dbt's
 * classes. By it dbt and this tool find each other's unit tests unchanged. Source: dbt-core 1.10, `build_unit_test_checksum`.
 */
export function unitTestText({
  modelName,
  given,
  expect,
  overrides,
  written,
}: Pick<UnitTest, 'modelName' | 'given' | 'expect' | 'overrides' | 'written'>): string {
  const inputs = Array.isArray(written['given']) ? (written['given'] as readonly JsonValue[]) : [];
  const fixtures = given.map(
    ({ text, rows }, index) =>
      `UnitTestInputFixture(input=${printPythonText(text)}, ${printRows(rows, inputs[index])})`,
  );
  const { macros, vars, env_vars: env } = overrides;
  const replaced =
    written['overrides'] === undefined
      ? 'None'
      : `UnitTestOverrides(macros=${printPythonValue(macros)}, vars=${printPythonValue(vars)}, env_vars=${printPythonValue(env)})`;
  return [
    modelName,
    printPythonValue(written['versions'] ?? null),
    `[${fixtures.join(', ')}]`,
    `UnitTestOutputFixture(${printRows(expect, written['expect'])})`,
    replaced,
  ].join('-');
}
