import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  copyLakehouse,
  hasPublicLanding,
  publicLanding,
  sampleLanding,
  type Lakehouse,
} from './testing/lakehouse.js';

/** Where each model lies once the project is built for the target `local`. */
const relations = {
  customer_landing: 'stedi_landing.customer_landing',
  accelerometer_landing: 'stedi_landing.accelerometer_landing',
  step_trainer_landing: 'stedi_landing.step_trainer_landing',
  customer_trusted: 'stedi_trusted.customer_trusted',
  accelerometer_trusted: 'stedi_trusted.accelerometer_trusted',
  serial_number_resolution: 'stedi_trusted.serial_number_resolution',
  step_trainer_trusted: 'stedi_trusted.step_trainer_trusted',
  customers_curated: 'stedi_curated.customers_curated',
  machine_learning_curated: 'stedi_curated.machine_learning_curated',
} as const;

function countAll(lakehouse: Lakehouse): Record<string, number> {
  const row = lakehouse.queryRow(
    `select ${Object.entries(relations)
      .map(([model, relation]) => `(select count(*) from ${relation}) as ${model}`)
      .join(', ')}`,
  );
  return Object.fromEntries(Object.entries(row).map(([model, count]) => [model, Number(count)]));
}

// Skipped, and said so, where the public data does not lie beside the checkout.
describe.skipIf(!hasPublicLanding)('the STEDI lakehouse on the public data', () => {
  let lakehouse: Lakehouse;
  beforeAll(() => {
    lakehouse = copyLakehouse(publicLanding);
  });
  afterAll(() => {
    lakehouse.remove();
  });

  const counts = {
    customer_landing: 956,
    accelerometer_landing: 81_273,
    step_trainer_landing: 28_680,
    customer_trusted: 482,
    accelerometer_trusted: 40_981,
    serial_number_resolution: 482,
    step_trainer_trusted: 14_460,
    customers_curated: 482,
    machine_learning_curated: 40_981,
  };

  it.each([
    ['as configured', '{}', {}],
    [
      'with the consent cut-off',
      '{consent_cutoff: true}',
      { accelerometer_trusted: 32_025, machine_learning_curated: 32_025 },
    ],
    [
      'matched by timestamp alone',
      '{match_readings_by: timestamp}',
      { machine_learning_curated: 43_681 },
    ],
    [
      'matched by timestamp alone, with the consent cut-off',
      '{match_readings_by: timestamp, consent_cutoff: true}',
      { accelerometer_trusted: 32_025, machine_learning_curated: 34_437 },
    ],
  ])('holds the known rows %s', (_title, vars, different) => {
    const build = lakehouse.run('build', '--vars', vars);
    expect(build.stderr + build.stdout).not.toContain('error[');
    expect(build.code).toBe(0);
    expect(countAll(lakehouse)).toEqual({ ...counts, ...different });
  });

  it('resolves every device before only consenting owners are kept', () => {
    const row = lakehouse.queryRow(`
      select count(distinct step.serialnumber) as devices
      from ${relations.step_trainer_landing} as step
    `);
    expect(Number(row['devices'])).toBe(956);
    const evidence = lakehouse.queryRow(`
      select min(coverage) as coverage, max(runner_up_coverage) as runner_up
      from ${relations.serial_number_resolution}
    `);
    expect(Number(evidence['coverage'])).toBe(1);
    expect(Number(evidence['runner_up'])).toBeLessThanOrEqual(23 / 30);
  });
});

describe('the STEDI lakehouse on the sample', () => {
  let lakehouse: Lakehouse;
  beforeAll(() => {
    lakehouse = copyLakehouse(sampleLanding);
    const build = lakehouse.run('build');
    expect(build.stderr + build.stdout).not.toContain('error[');
    expect(build.code).toBe(0);
  });
  afterAll(() => {
    lakehouse.remove();
  });

  it('fills every model', () => {
    for (const [model, count] of Object.entries(countAll(lakehouse))) {
      expect(count, model).toBeGreaterThan(0);
    }
  });

  it('shows no personal column to data scientists', () => {
    const { stdout } = lakehouse.run(
      'show',
      'machine_learning_curated',
      '--limit',
      '1',
      '--output',
      'json',
      '--quiet',
    );
    const { show } = JSON.parse(stdout) as { show: Record<string, unknown>[] };
    expect(Object.keys(show[0] ?? {})).toEqual([
      'sensorreadingtime',
      'serialnumber',
      'distancefromobject',
      'x',
      'y',
      'z',
    ]);
  });

  it('holds withdrawn consents, which the tests below need', () => {
    const row = lakehouse.queryRow(`
      select count(distinct email) as n
      from ${relations.customer_landing}
      where sharewithresearchasofdate is not null
        and email not in (select email from ${relations.customer_trusted})
    `);
    expect(Number(row['n'])).toBeGreaterThan(0);
  });
});

// Every data test of the project must be able to fail: each case breaks one model and names the tests that notice.
describe('every data test fails on data that breaks it', () => {
  const columns: Record<string, readonly (readonly [name: string, type: string])[]> = {
    customer_trusted: [
      ['customername', 'varchar'],
      ['email', 'varchar'],
      ['phone', 'varchar'],
      ['birthday', 'varchar'],
      ['serialnumber', 'varchar'],
      ['registrationdate', 'bigint'],
      ['lastupdatedate', 'bigint'],
      ['sharewithresearchasofdate', 'bigint'],
      ['sharewithpublicasofdate', 'bigint'],
      ['sharewithfriendsasofdate', 'bigint'],
    ],
    accelerometer_trusted: [
      ['user', 'varchar'],
      ['timestamp', 'bigint'],
      ['x', 'double'],
      ['y', 'double'],
      ['z', 'double'],
    ],
    serial_number_resolution: [
      ['serialnumber', 'varchar'],
      ['email', 'varchar'],
      ['matched_readings', 'bigint'],
      ['device_readings', 'bigint'],
      ['coverage', 'double'],
      ['runner_up_coverage', 'double'],
    ],
    step_trainer_trusted: [
      ['sensorreadingtime', 'bigint'],
      ['serialnumber', 'varchar'],
      ['distancefromobject', 'bigint'],
    ],
    machine_learning_curated: [
      ['sensorreadingtime', 'bigint'],
      ['serialnumber', 'varchar'],
      ['distancefromobject', 'bigint'],
      ['x', 'double'],
      ['y', 'double'],
      ['z', 'double'],
    ],
  };
  columns['customers_curated'] = columns['customer_trusted']!;

  const folders: Record<string, string> = {
    customers_curated: 'curated',
    machine_learning_curated: 'curated',
  };

  /** Adds one row to a model: NULLs, or a value of its own in the columns named. */
  function addRow(model: string, values: Readonly<Record<string, string>> = {}) {
    return (sql: string): string =>
      `with original as (\n${sql}\n)\nselect * from original\nunion all\nselect ${columns[
        model
      ]!.map(([name, type]) => `cast(${values[name] ?? 'null'} as ${type}) as "${name}"`).join(
        ', ',
      )}`;
  }
  const repeatRows = (sql: string): string =>
    `with original as (\n${sql}\n)\nselect * from original\nunion all\nselect * from original`;

  const cases: readonly {
    readonly model: string;
    readonly damage: string;
    readonly change: (sql: string) => string;
    readonly noticedBy: readonly string[];
  }[] = [
    {
      model: 'customer_trusted',
      damage: 'a row of NULLs',
      change: addRow('customer_trusted'),
      noticedBy: [
        'not_null_customer_trusted_email',
        'not_null_customer_trusted_sharewithresearchasofdate',
        'no_null_consent_in_trusted',
      ],
    },
    {
      model: 'customer_trusted',
      damage: 'customers without consent',
      change: (sql) => sql.replace('and sharewithresearchasofdate is not null', ''),
      noticedBy: ['no_null_consent_in_trusted', 'no_customer_without_consent_in_customer_trusted'],
    },
    {
      model: 'customer_trusted',
      damage: 'any consent counts, also a withdrawn one',
      change: (sql) => sql.replace('where recency = 1', 'where true'),
      noticedBy: [
        'unique_customer_trusted_email',
        'no_customer_without_consent_in_customer_trusted',
      ],
    },
    {
      model: 'accelerometer_trusted',
      damage: 'a row of NULLs',
      change: addRow('accelerometer_trusted'),
      noticedBy: [
        'not_null_accelerometer_trusted_user',
        'not_null_accelerometer_trusted_timestamp',
      ],
    },
    {
      model: 'accelerometer_trusted',
      damage: 'readings of everyone',
      change: () => `select "user", "timestamp", x, y, z from {{ ref('accelerometer_landing') }}`,
      noticedBy: [
        'accelerometer_trusted_users_are_trusted_customers',
        'no_reading_without_consent_in_accelerometer_trusted',
      ],
    },
    {
      model: 'serial_number_resolution',
      damage: 'a row of NULLs',
      change: addRow('serial_number_resolution'),
      noticedBy: [
        'not_null_serial_number_resolution_serialnumber',
        'not_null_serial_number_resolution_email',
      ],
    },
    {
      model: 'serial_number_resolution',
      damage: 'every row twice',
      change: repeatRows,
      noticedBy: [
        'unique_serial_number_resolution_serialnumber',
        'serial_numbers_resolved_via_accelerometer',
      ],
    },
    {
      model: 'serial_number_resolution',
      damage: 'the runner-up wins',
      change: (sql) =>
        sql
          .replace('ranked.place = 1', 'ranked.place = 2')
          .replace("ranked.coverage >= {{ var('min_resolution_coverage') }}", 'true')
          .replace('ranked.coverage > ranked.runner_up_coverage', 'true'),
      noticedBy: ['serial_numbers_resolved_via_accelerometer'],
    },
    {
      model: 'serial_number_resolution',
      damage: 'an owner nobody knows',
      change: addRow('serial_number_resolution', { serialnumber: "'d'", email: "'nobody'" }),
      noticedBy: ['serial_number_resolution_owners_are_trusted_customers'],
    },
    {
      model: 'step_trainer_trusted',
      damage: 'a row of NULLs',
      change: addRow('step_trainer_trusted'),
      noticedBy: [
        'not_null_step_trainer_trusted_sensorreadingtime',
        'not_null_step_trainer_trusted_serialnumber',
      ],
    },
    {
      model: 'step_trainer_trusted',
      damage: 'steps of every device',
      change: () =>
        `select sensorreadingtime, serialnumber, distancefromobject from {{ ref('step_trainer_landing') }}`,
      noticedBy: [
        'step_trainer_trusted_devices_have_an_owner',
        'no_reading_without_consent_in_step_trainer_trusted',
      ],
    },
    {
      model: 'customers_curated',
      damage: 'a row of NULLs',
      change: addRow('customers_curated'),
      noticedBy: ['not_null_customers_curated_email'],
    },
    {
      model: 'customers_curated',
      damage: 'every row twice',
      change: repeatRows,
      noticedBy: ['unique_customers_curated_email'],
    },
    {
      model: 'customers_curated',
      damage: 'everyone, consenting or not',
      change: (sql) => sql.replace("ref('customer_trusted')", "ref('customer_landing')"),
      noticedBy: [
        'customers_curated_are_trusted_customers',
        'no_customer_without_consent_in_customers_curated',
      ],
    },
    {
      model: 'machine_learning_curated',
      damage: 'a row of NULLs',
      change: addRow('machine_learning_curated'),
      noticedBy: columns['machine_learning_curated']!.map(
        ([name]) => `not_null_machine_learning_curated_${name}`,
      ),
    },
    {
      model: 'machine_learning_curated',
      damage: 'steps of every device',
      change: () => `
        select step.sensorreadingtime, step.serialnumber, step.distancefromobject, reading.x, reading.y, reading.z
        from {{ ref('step_trainer_landing') }} as step
        inner join {{ ref('accelerometer_landing') }} as reading
          on reading."timestamp" = step.sensorreadingtime`,
      noticedBy: ['no_reading_without_consent_in_machine_learning_curated'],
    },
  ];

  let lakehouse: Lakehouse;
  beforeAll(() => {
    lakehouse = copyLakehouse(sampleLanding);
    expect(lakehouse.run('build').code).toBe(0);
  });
  afterAll(() => {
    lakehouse.remove();
  });

  it.each(cases)('$model with $damage', ({ model, change, noticedBy }) => {
    const path = `models/${folders[model] ?? 'trusted'}/${model}.sql`;
    const original = lakehouse.read(path);
    const relation = relations[model as keyof typeof relations];
    const before = lakehouse.rowCount(relation);
    try {
      const changed = change(original);
      expect(changed).not.toBe(original);
      lakehouse.write(path, changed);
      const build = lakehouse.run('build', '--select', model);
      const results = lakehouse.results();
      const failed = [...results]
        .filter(([, result]) => result.status === 'fail')
        .map(([name]) => name);
      expect(failed).toEqual(expect.arrayContaining([...noticedBy]));
      expect(build.code).toBe(1);
      // The rows that failed were never published.
      expect(lakehouse.rowCount(relation)).toBe(before);
    } finally {
      lakehouse.write(path, original);
    }
  });

  it('is shown for every data test of the project', () => {
    const { stdout } = lakehouse.run(
      'ls',
      '--select',
      'resource_type:test',
      '--output',
      'json',
      '--quiet',
    );
    const all = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { name: string }).name);
    const shown = new Set(cases.flatMap((each) => each.noticedBy));
    expect(all.filter((name) => !shown.has(name)).sort()).toEqual([]);
  });
});
