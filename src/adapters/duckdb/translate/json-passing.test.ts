/* eslint-disable no-restricted-imports -- tests compose the rooms */
import { describe, expect, it } from 'vitest';
import { createSqlToolkit } from '../../../sql/index.js';
import { createDuckDbDialect } from '../dialect.js';

const dialect = createDuckDbDialect(createSqlToolkit());

function problemsOf(expression: string): readonly string[] {
  const result = dialect.translate(`SELECT ${expression}`, { path: 'query.sql' });
  return result.ok ? [] : result.diagnostics.map(({ code, message }) => `${code}: ${message}`);
}

describe('PASSING', () => {
  it.each([
    ['1 AS "a", 2 AS B', 'lax $ ? (@ == $a || @ == $B)', []],
    ['1 AS a', 'lax $ ? (@ == $a)', ['sql-syntax: no value is passed for $a']],
    ['1 AS "a", 2 AS "a"', 'lax $a', ['sql-syntax: PASSING names a twice']],
    [
      "DATE '2020-01-01' AS d",
      'lax $',
      [
        'function-unsupported: json_query cannot be translated: PASSING … AS d is not supported: it takes a text, whole number, double, short decimal or truth value (CAST it)',
      ],
    ],
    [
      '1.5 AS "n"',
      'lax $n',
      [
        'function-unsupported: json_query cannot be translated: PASSING … AS n is not supported: a decimal that the path begins with (CAST it to a double)',
      ],
    ],
  ])('%s for %s', (passing, path, problems) => {
    expect(problemsOf(`JSON_QUERY('[1]', '${path}' PASSING ${passing})`)).toEqual(problems);
  });
});
