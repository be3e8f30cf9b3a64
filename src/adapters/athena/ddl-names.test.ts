import { expect, it } from 'vitest';
// eslint-disable-next-line no-restricted-imports -- a test composes the rooms
import { createSqlToolkit } from '../../sql/index.js';
import { createAthenaDialect } from './dialect.js';

const dialect = createAthenaDialect(createSqlToolkit());

it.each([
  [
    'OPTIMIZE "awsdatacatalog"."s"."t" REWRITE DATA USING BIN_PACK where "d" = 1',
    'OPTIMIZE s.t REWRITE DATA USING BIN_PACK where "d" = 1',
  ],
  ['vacuum "s"."t"', 'vacuum s.t'],
  [
    `ALTER TABLE "awsdatacatalog"."s"."t" SET TBLPROPERTIES ('a' = '"b"."c"')`,
    'ALTER TABLE `s`.`t` SET TBLPROPERTIES (\'a\' = \'"b"."c"\')',
  ],
  ['MSCK REPAIR TABLE "s"."t"', 'MSCK REPAIR TABLE `s`.`t`'],
  ['insert into "c"."s"."t" select 1', 'insert into "c"."s"."t" select 1'],
])('names in %s are written as Athena takes them', (sql, expected) => {
  const translated = dialect.translateStatements?.(sql, { path: 'hook.sql' });
  expect(translated).toMatchObject({ ok: true, value: [expected] });
});
