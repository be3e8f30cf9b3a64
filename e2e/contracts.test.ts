import { describe, expect, it } from 'vitest';
import { engines } from './testing/each-engine.js';

const yaml = `
models:
  - name: good
    config: { materialized: table, contract: { enforced: true } }
    columns:
      - name: id
        data_type: int
        constraints: [{ type: not_null }, { type: check, expression: id > 0 }]
      - { name: note, data_type: string }
      - { name: amount, data_type: 'decimal(10,2)' }
  - name: bad_rows
    config: { materialized: table, contract: { enforced: true } }
    constraints: [{ type: check, name: positive, expression: 'amount > 0' }]
    columns:
      - { name: id, data_type: integer, constraints: [{ type: not_null }, { type: unique }] }
      - { name: amount, data_type: integer }
  - name: added
    config:
      materialized: incremental
      on_schema_change: append_new_columns
      contract: { enforced: true }
    columns:
      - { name: id, data_type: integer, constraints: [{ type: not_null }] }
`;

/** Reads a table that is not named by ref, so that its columns are known only when it is built. */
const hidden = `  - name: hidden
    config: { materialized: table, contract: { enforced: true } }
    columns:
      - { name: id, data_type: bigint }
      - { name: note, data_type: varchar }
      - { name: amount, data_type: decimal }
`;

const files = {
  'models/schema.yml': yaml,
  'models/good.sql':
    "select cast(1.5 as decimal(10,2)) as amount, 'a' as note, 1 as id union all select cast(2 as decimal(10,2)), 'b', 2\n",
  'models/bad_rows.sql':
    'select 1 as id, 0 as amount union all select null, 1 union all select null, -1\n',
  'models/added.sql': "select id from {{ ref('good') }}\n",
};

describe.each(engines)('contracts on %s', (_, create) => {
  it('compares columns before anything is written, and the rest before it is published', async () => {
    const on = await create(files);
    const first = await on.run(['run']);
    expect(first.code).toBe(1);
    for (const line of [
      "warning[constraint-not-enforced]: the unique constraint of column 'id' of model 'bad_rows' is not enforced",
      "error[constraint-violated]: 2 rows break the constraint not_null of 'id' of model 'bad_rows'",
      "error[constraint-violated]: 2 rows break the constraint check 'positive' (amount > 0) of model 'bad_rows'",
    ]) {
      expect(first.stderr).toContain(line);
    }
    expect(first.stderr).toContain('models/schema.yml:13:');
    expect(await on.rows("select * from {{ ref('good') }} where id = 1")).toEqual([
      { id: 1, note: 'a', amount: '1.50' },
    ]);

    // A later run adds to the table, and holds back what breaks the contract.
    on.project.write(
      'models/added.sql',
      "select cast(null as integer) as id from {{ ref('good') }}\n",
    );
    on.project.write('models/hidden.sql', 'select * from {{ target.schema }}.good\n');
    on.project.write('models/schema.yml', yaml + hidden);
    const second = await on.run(['run', '--select', 'added', 'hidden']);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain('| id     | bigint   | integer | another type |');
    expect(second.stderr).toContain(
      "2 rows break the constraint not_null of 'id' of model 'added'",
    );
    expect(await on.rows("select id from {{ ref('added') }} order by id")).toEqual([
      { id: 1 },
      { id: 2 },
    ]);

    on.project.write('models/good.sql', "select 'x' as note, 1 as id, 1 as more\n");
    expect((await on.run(['compile'])).code).toBe(2);
    const third = await on.run(['run', '--select', 'good', 'added']);
    expect(third.code).toBe(1);
    expect(third.stdout).toMatch(/SKIP\s+incremental\s.*added .*model 'good' failed/u);
    expect(third.stderr).toContain(
      '| amount | decimal(10,2) |         | missing in the model    |',
    );
    expect(third.stderr).toContain(
      '| more   |               | integer | missing in the contract |',
    );
    await on.close();
  });
});
