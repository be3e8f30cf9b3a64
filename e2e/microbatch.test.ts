import { afterEach, describe, expect, it } from 'vitest';
import { engines, type EngineProject } from './testing/each-engine.js';

const yaml = `
seeds:
  - name: raw
    config: { event_time: at, column_types: { at: timestamp } }
models:
  - name: events
    config:
      materialized: incremental
      incremental_strategy: microbatch
      event_time: at
      begin: 2024-01-01
      batch_size: day
    data_tests:
      - not_negative
`;

const files = {
  'seeds/raw.csv':
    'id,at,v\n1,2024-01-01 05:00:00,10\n2,2024-01-02 05:00:00,20\n3,2024-01-03 05:00:00,30\n4,2024-01-03 23:59:59.999,40\n',
  'models/schema.yml': yaml,
  'models/events.sql':
    "select id, at, 100 / (v - {{ var('poison', 0) }}) as share, '{{ model.batch.id }}' as batch, {{ is_incremental() | int }} as added from {{ ref('raw') }}\n",
  'tests/generic/not_negative.sql':
    '{% test not_negative(model) %}select * from {{ model }} where share < 0{% endtest %}\n',
};

const threeDays = ['--event-time-start', '2024-01-01', '--event-time-end', '2024-01-04'];
const all = "select id, batch, added from {{ ref('events') }} order by id";
const row = (id: number, batch: string, added: number) => ({ id, batch, added });

/** What run_results.json says of the model. */
function resultOf({ project }: EngineProject) {
  const { results } = project.json('target/run_results.json') as {
    results: { unique_id: string; status: string; batch_results: unknown }[];
  };
  const { status, batch_results: batches } = results.find(
    ({ unique_id: id }) => id === 'model.shop.events' || id.endsWith('.events'),
  )!;
  return { status, batches };
}

describe.each(engines)('microbatch on %s', (_, create) => {
  let on: EngineProject | undefined;
  afterEach(async () => {
    await on?.close();
    on = undefined;
  });

  it('builds batches, keeps the rows of one that fails, and builds that again', async () => {
    on = await create(files);
    // The second day fails, and the test holds the others back: 100 / (10 - 20) is negative.
    const first = await on.run(['build', ...threeDays, '--vars', '{poison: 20}']);
    expect(first.code).toBe(1);
    expect(first.stderr).toContain("model 'events' failed in the batch 2024-01-02");
    expect(first.stderr).toContain('no batch was published');
    expect(resultOf(on)).toMatchObject({ status: 'error', batches: { successful: [] } });

    on.project.write(
      'tests/generic/not_negative.sql',
      files['tests/generic/not_negative.sql'].replace('< 0', '= 7'),
    );
    // Without it the first build is published without that day.
    const second = await on.run(['build', ...threeDays, '--vars', '{poison: 20}']);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(
      'the other batches are published; `stedi-sql retry` builds this one',
    );
    const day = (n: number) => `2024-01-0${n}T00:00:00+00:00`;
    expect(resultOf(on)).toEqual({
      status: 'partial success',
      batches: {
        successful: [
          [day(1), day(2)],
          [day(3), day(4)],
        ],
        failed: [[day(2), day(3)]],
      },
    });
    expect(await on.rows(all)).toEqual([
      row(1, '20240101', 0),
      row(3, '20240103', 1),
      row(4, '20240103', 1),
    ]);

    on.project.write('models/events.sql', files['models/events.sql'].replace(/\(v - .* }}\)/, 'v'));
    const again = await on.run(['retry']);
    expect(again.code, again.stdout + again.stderr).toBe(0);
    expect(resultOf(on)).toEqual({
      status: 'success',
      batches: { successful: [[day(2), day(3)]], failed: [] },
    });
    const whole = [
      row(1, '20240101', 0),
      row(2, '20240102', 1),
      row(3, '20240103', 1),
      row(4, '20240103', 1),
    ];
    expect(await on.rows(all)).toEqual(whole);

    // Two days anew: one without rows loses those that were there, the other day's are as they were.
    on.project.write('seeds/raw.csv', files['seeds/raw.csv'].replace(/^2,.*\n/m, ''));
    const range = [
      '--event-time-start',
      '2024-01-02T12:00:00',
      '--event-time-end',
      '2024-01-03T01:00:00',
    ];
    const anew = await on.run(['build', ...range]);
    expect(anew.code, anew.stdout + anew.stderr).toBe(0);
    expect(await on.rows(all)).toEqual(
      whole
        .filter(({ id }) => id !== 2)
        .map((each) => ({ ...each, added: 1 - Number(each.id === 1) })),
    );

    // What runs without a span is the present batch and the one before: nothing of 2024 changes.
    expect((await on.run(['run'])).code).toBe(0);
    expect((await on.rows(all)).map(({ id }) => id)).toEqual([1, 3, 4]);
  });

  it('reads no rows with --empty, and some with --sample', async () => {
    on = await create({
      ...files,
      'models/schema.yml': yaml.slice(0, yaml.indexOf('models:')),
      'models/events.sql':
        "{{ config(materialized='table') }} select id from {{ ref('raw') }} as r where r.id in (select id from {{ ref('raw').render() }})\n",
    });
    const span = "{'start': '2024-01-02', 'end': '2024-01-03 12:00:00'}";
    expect((await on.run(['build', '--sample', span])).code).toBe(0);
    expect(await on.rows("select id from {{ ref('events') }} order by id")).toEqual([
      { id: 2 },
      { id: 3 },
    ]);
    expect((await on.run(['build', '--empty'])).code).toBe(0);
    expect(await on.rows("select id from {{ ref('events') }}")).toEqual([]);
  });
});
