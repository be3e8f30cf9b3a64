import { describe, expect, it } from 'vitest';
import { createAthenaProject } from './testing/athena.js';

describe('store_failures on Athena', () => {
  it('keeps the failing rows of a model that is not published, and replaces them', async () => {
    const amounts = 'select 1 as id, null as amount union all select 2, null\n';
    const athena = await createAthenaProject({
      'models/orders.sql': `{{ config(materialized='table') }}\n${amounts.replace('null', 'cast(null as integer)')}`,
      'models/orders.yml':
        'models:\n  - name: orders\n    columns:\n      - name: amount\n        data_tests:\n' +
        '          - not_null: { name: kept, config: { store_failures: true } }\n',
    });
    const failed = await athena.run(['build']);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('rows in: stedi_dbt_test__audit.kept');
    expect(await athena.query('select count(*) from stedi_dbt_test__audit.kept')).toEqual([
      '["2"]',
    ]);
    // Whole rows, as dbt keeps them.
    expect(await athena.query('select * from stedi_dbt_test__audit.kept')).toEqual([
      '["1",null]',
      '["2",null]',
    ]);
    athena.project.write('models/orders.sql', 'select 1 as id, 5 as amount\n');
    expect((await athena.run(['build'])).code).toBe(0);
    expect(await athena.query('select count(*) from stedi_dbt_test__audit.kept')).toEqual([
      '["0"]',
    ]);
    await athena.close();
  });
});
