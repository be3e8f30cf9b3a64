import { expect, it } from 'vitest';
import type { EmulatorOptions } from '../emulator/core/emulator.js';
import { createAthenaProject, lakehouseFiles } from './testing/athena.js';
import { sampleLanding } from './testing/lakehouse.js';
import { lakehouseModels } from './testing/lakehouse-models.js';
import { findUnreadKeys } from './testing/unread-keys.js';

// `stage_ahead`: models are staged while the tests of what they read still run (docs/adr/0014).

const isTest = (sql: string): boolean => sql.includes('as failures');
/** Tests take long, so that what is staged meanwhile is. */
const latency: NonNullable<EmulatorOptions['latency']> = (sql) => ({
  queueMs: 0,
  planningMs: 0,
  runMs: isTest(sql) ? 200 : 1,
});
const targetKeys = ['stage_ahead: true'];

/** The statements that make tables and read a table that is not published yet. */
function stagedAhead(calls: readonly { readonly operation: string; readonly subject: string }[]) {
  return calls.filter(
    ({ operation, subject }) =>
      operation === 'StartQueryExecution' &&
      /^create table/iu.test(subject) &&
      /(?:from|join)\s+"\w+"\."\w+"\."\w+__staged_/iu.test(subject),
  );
}

it('builds the same lakehouse, first and again', async () => {
  const contents: Record<string, readonly string[]>[] = [];
  for (const keys of [[], targetKeys]) {
    const athena = await createAthenaProject(lakehouseFiles(), {
      landing: sampleLanding,
      targetKeys: keys,
      ...(keys.length > 0 && { latency }),
    });
    try {
      // The plain build is only to be compared with.
      for (const build of keys.length === 0 ? ['first'] : ['first', 'again']) {
        const before = athena.emulator.calls.length;
        const { code, stdout, stderr } = await athena.run(['build']);
        expect(code, `${build}: ${stdout}${stderr}`).toBe(0);
        const ahead = stagedAhead(athena.emulator.calls.slice(before));
        if (keys.length === 0) expect(ahead).toEqual([]);
        else expect(ahead.length).toBeGreaterThanOrEqual(4);
      }
      const rows: Record<string, readonly string[]> = {};
      for (const name of lakehouseModels) rows[name] = await athena.query(`select * from ${name}`);
      contents.push(rows);
      const collected = await athena.run(['gc', '--apply', '--grace', '0m']);
      expect(collected).toMatchObject({ code: 0, stderr: '' });
      const databases = [...new Set(lakehouseModels.map((name) => name.split('.')[0] ?? ''))];
      expect(await findUnreadKeys(athena.emulator, databases)).toEqual([]);
    } finally {
      await athena.close();
    }
  }
  expect(contents[1]).toEqual(contents[0]);
  expect(Object.values(contents[1] ?? {}).every((rows) => rows.length > 0)).toBe(true);
});

const files = {
  'stedi_project.yml': 'name: shop\nmodels:\n  shop:\n    +materialized: table\n',
  'models/models.yml': [
    'models:',
    '  - name: parent',
    '    columns:',
    '      - name: id',
    '        data_tests: [not_null]',
    '',
  ].join('\n'),
  'models/parent.sql':
    "select cast(case when x > {{ var('limit', 9) }} then null else x end as integer) as id from (values 1, 2, 3) as t (x)\n",
  'models/child.sql': "select id, {{ var('limit', 9) }} as lim from {{ ref('parent') }}\n",
  'models/grandchild.sql':
    "{{ config(table_type='hive') }}\nselect count(*) as n, max(lim) as lim from {{ ref('child') }}\n",
  'models/history.sql':
    "{{ config(materialized='incremental', incremental_strategy='append') }}\nselect count(*) as n from {{ ref('parent') }}\n",
};

it('publishes nothing when the tests fail, and says which', async () => {
  const athena = await createAthenaProject(files, { latency, targetKeys });
  try {
    const first = await athena.run(['build', '--no-color']);
    expect(first.code, first.stdout).toBe(0);
    const before = athena.emulator.calls.length;

    const broken = await athena.run(['build', '--no-color', '--vars', '{limit: 2}']);
    expect(broken.code).toBe(1);
    // It was staged; rows are never added to a table that is there before what they come from is published.
    const ahead = stagedAhead(athena.emulator.calls.slice(before)).map(
      ({ subject }) => /"(\w+)__staged_/u.exec(subject)?.[1],
    );
    expect(ahead.sort()).toEqual(['child', 'grandchild']);
    const { results } = JSON.parse(athena.project.read('target/run_results.json')) as {
      results: { unique_id: string; status: string; message: string }[];
    };
    expect(
      Object.fromEntries(
        results.map(({ unique_id, status }) => [
          unique_id.split('.').slice(0, 3).join('.'),
          status,
        ]),
      ),
    ).toEqual({
      'test.shop.not_null_parent_id': 'fail',
      'model.shop.parent': 'error',
      'model.shop.child': 'skipped',
      'model.shop.grandchild': 'skipped',
      'model.shop.history': 'skipped',
    });
    expect(results.find(({ unique_id }) => unique_id === 'model.shop.child')?.message).toContain(
      "model 'parent' failed",
    );
    expect(await athena.query('select * from stedi.grandchild')).toEqual(['["3","9"]']);
    expect(await athena.query('select count(id), max(lim) from stedi.child')).toEqual([
      '["3","9"]',
    ]);
    const { glue } = athena.emulator;
    expect(glue.listTables('stedi').map(({ Name }) => Name)).toEqual(
      expect.not.arrayContaining([expect.stringContaining('__staged')]),
    );

    const mended = await athena.run(['build', '--no-color', '--vars', '{limit: 3}']);
    expect(mended.code, mended.stdout).toBe(0);
    expect(await athena.query('select * from stedi.grandchild')).toEqual(['["3","3"]']);
    expect(await athena.query('select * from stedi.history')).toEqual(['["3"]', '["3"]']);
  } finally {
    await athena.close();
  }
});

it('is told by a dry run', async () => {
  const athena = await createAthenaProject(files, { targetKeys });
  try {
    const { code, stdout } = await athena.run(['build', '--dry-run', '--no-color']);
    expect(code).toBe(0);
    expect(stdout).toContain(
      'note: its rows may be computed while tests run of what it reads: model.shop.parent',
    );
  } finally {
    await athena.close();
  }
});
