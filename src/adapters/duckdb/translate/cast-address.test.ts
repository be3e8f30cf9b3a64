/* eslint-disable no-restricted-imports -- a test composes the rooms */
import { describe, expect, it } from 'vitest';
import { createSqlToolkit } from '../../../sql/index.js';
import { createDuckDbDialect } from '../dialect.js';

const dialect = createDuckDbDialect(createSqlToolkit());

function translate(sql: string): readonly string[] {
  const translated = dialect.translate(sql, {
    path: 'm.sql',
    tableColumns: () => [{ name: 'ip', type: { kind: 'ipaddress' } }],
  });
  return translated.ok
    ? [translated.value.sql]
    : translated.diagnostics.map(({ message, hint = '' }) => `${message} (${hint})`);
}

// The values are in fixtures/trino-functions/semantics.json.
describe('ipaddress', () => {
  it.each([
    ["select ipaddress '::1' as home", 'column home is of type ipaddress'],
    ["select array[ipaddress '::1']", 'column 1 is of type array(ipaddress)'],
    ["select x from (values row(ipaddress '::1', 1)) t(x, y)", 'column x is of type ipaddress'],
  ])('is refused as a column of a result: %s', (query, message) => {
    expect(translate(query)).toEqual([expect.stringContaining(message)]);
    expect(translate(query)).toEqual([expect.stringContaining('write CAST(… AS varchar)')]);
  });

  it.each(["ipaddress '1.2.3'", "ipaddress '::1%1'", "ipaddress ''"])(
    'is checked as a literal before it runs: %s',
    (literal) => {
      expect(translate(`select ${literal} is null`)).toEqual([
        expect.stringContaining('is not a valid IPADDRESS literal'),
      ]);
    },
  );

  it('is not believed of a column of a table, of which DuckDB holds something else', () => {
    expect(translate('select cast(ip as varchar) from t')).toEqual([
      expect.stringContaining('any_to_varchar'),
    ]);
    expect(translate("select cast(ip as ipaddress) = ipaddress '::1' from t")).toEqual([
      expect.stringContaining('its type could not be found out'),
    ]);
  });
});
