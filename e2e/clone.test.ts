import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { engines } from './testing/each-engine.js';

const files = {
  'stedi_project.yml':
    "name: shop\nmodels:\n  shop:\n    +schema: \"{{ var('env', 'prod') }}\"\n    +materialized: table\n",
  'models/orders.sql': 'select 1 as id, 250 as cents union all select 2, 990\n',
  'models/totals.sql': "select sum(cents) as cents from {{ ref('orders') }}\n",
};
const inProd = ['--state', 'prod_state'];

describe.each(engines)('another state on %s', (_name, open) => {
  it('is cloned as views, and shown in place of what is not built', async () => {
    const opened = await open(files);
    const { project } = opened;
    const run = (args: readonly string[]) => opened.run(args);
    expect((await run(['run'])).code).toBe(0);
    cpSync(join(project.root, 'target'), join(project.root, 'prod_state'), {
      recursive: true,
      filter: (path) => !/warehouse/u.test(path),
    });
    const ci = ['--vars', '{env: ci}', ...inProd];

    const shown = await run(['show', 'totals', ...ci, '--defer', '--output', 'json']);
    expect([shown.stderr, JSON.parse(shown.stdout)]).toEqual([
      '',
      { node: 'totals', show: [{ cents: 1240 }] },
    ]);
    const query = "select count(*) as n from {{ ref('orders') }}";
    const inline = await run(['show', '--inline', query, ...ci, '--defer', '--output', 'json']);
    expect(JSON.parse(inline.stdout)).toEqual({ show: [{ n: 2 }] });

    expect((await run(['clone', '--select', 'orders', '--vars', '{env: ci}'])).stderr).toContain(
      'clone needs another state',
    );
    const cloned = await run(['clone', '--select', 'orders', ...ci]);
    expect([cloned.code, cloned.stderr]).toEqual([0, '']);
    const again = await run(['clone', ...ci]);
    expect([again.code, again.stderr]).toEqual([0, '']);
    expect(again.stdout).toContain('ci.orders is there already: --full-refresh replaces it.');
    const { results } = project.json('target/run_results.json') as {
      results: { unique_id: string; message: string }[];
    };
    expect(results.find((each) => each.unique_id === 'model.shop.orders')?.message).toBe('No-op');

    const schema = /(\w*ci)\.orders is there/u.exec(again.stdout)?.[1] ?? '';
    expect(await opened.rows(`select cents from ${schema}.totals`)).toEqual([{ cents: 1240 }]);
    expect(await opened.rows(`select count(*) as n from ${schema}.orders`)).toEqual([{ n: 2 }]);
    await opened.close();
  });
});
