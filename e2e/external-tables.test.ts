import { afterAll, beforeAll, expect, it } from 'vitest';
import { parquetBytes } from '../src/adapters/duckdb/testing/parquet-bytes.js';
import { createAthenaProject, type AthenaProject } from './testing/athena.js';
import { createProject, type TestProject } from './testing/project.js';

/** Landing tables of every format, declared once and built on both targets: the same rows. */
const landing = 'data/landing';
const model = (name: string, config: string, columns: string): string =>
  [
    `  - name: ${name}`,
    '    config:',
    '      materialized: external_table',
    `      location: "{{ var('landing') }}/${name}"`,
    ...config
      .trim()
      .split('\n')
      .map((line) => `      ${line}`),
    '    columns:',
    ...columns.split(', ').map((column) => {
      const [name = '', type = ''] = column.split(/ (.*)/);
      return `      - {name: ${name}, data_type: "${type}"}`;
    }),
  ].join('\n');

const yaml = [
  'models:',
  model(
    'customers',
    `
format: csv
field_delimiter: ";"
table_properties: {skip.header.line.count: 1}`,
    'id bigint, name varchar, joined varchar',
  ),
  model(
    'events',
    `
format: textfile
field_delimiter: "|"
serde_properties: {serialization.null.format: "-"}
partitioned_by: [day, source]`,
    'id int, amount decimal(8,2), day date, source varchar',
  ),
  model('orders', 'format: parquet', 'id bigint, customer bigint, total double'),
  model(
    'readings',
    `
format: json
partitioned_by: [region, hour]
table_properties:
  projection.enabled: true
  projection.region.type: enum
  projection.region.values: eu,us
  projection.hour.type: date
  projection.hour.format: yyyy-MM-dd-HH
  projection.hour.range: 2026-01-01-00,NOW
  projection.hour.interval: 1
  projection.hour.interval.unit: HOURS
  storage.location.template: "{{ var('landing') }}/readings/\${region}/\${hour}"`,
    'id bigint, value double, region varchar, hour varchar',
  ),
  '',
].join('\n');

// Athena's OpenCSVSerDe reads numbers; Trino without it takes every column of CSV for a text, which the cast makes a number.
const report = `select c.name, e.day, e.source, e.amount, o.total, r.region, r.hour, r.value
from (select *, cast(id as bigint) as key from {{ ref('customers') }}) as c
left join {{ ref('events') }} as e on e.id = c.key
left join {{ ref('orders') }} as o on o.customer = c.key
left join {{ ref('readings') }} as r on r.id = c.key
`;

const config =
  'name: shop\nvars: {landing: data/landing}\nmodels:\n  shop:\n    +materialized: table\n';
const names = ['customers', 'events', 'orders', 'readings', 'report'];

const expected: Readonly<Record<string, readonly (readonly (string | number | null)[])[]>> = {
  customers: [
    [1, 'Ann; "A"', '2026-01-02'],
    [2, "O'Hara", ''],
  ],
  events: [
    [1, '12.50', '2026-02-01', "it's"],
    [1, null, '2026-02-02', null],
    [2, '3.00', '2026-02-01', "it's"],
    [null, null, '2026-02-02', null],
  ],
  orders: [
    [10, 1, 9.5],
    [11, 2, 0.25],
  ],
  readings: [
    [1, 1.5, 'eu', '2026-01-05-07'],
    [2, null, 'us', '2026-01-05-08'],
  ],
};

async function landingFiles(): Promise<Readonly<Record<string, string | Buffer>>> {
  return {
    'customers/a.csv': 'id;name;joined\r\n1;"Ann; ""A""";2026-01-02\r\n2;O\'Hara;\r\n',
    'events/day=2026-02-01/source=it%27s/a.txt': '1|12.5\n2|3\n',
    'events/day=2026-02-02/source=__HIVE_DEFAULT_PARTITION__/b.txt': '1|-\nx|y\n',
    'events/readme.txt': '9|9\n',
    'orders/a.parquet': await parquetBytes(
      'select 10 as id, 1::bigint as customer, 9.5::double as total',
    ),
    'orders/b.parquet': await parquetBytes(
      'select 0.25::float as TOTAL, 2 as customer, 11::bigint as id',
    ),
    'readings/eu/2026-01-05-07/a.json': '{"ID": 1, "value": 1.5, "region": "no"}\n',
    'readings/us/2026-01-05-08/b.json': '{"id": 2}\n',
    'readings/asia/2026-01-05-08/c.json': '{"id": "not read"}\n',
    'readings/eu/2025-12-31-23/d.json': '{"id": "not read"}\n',
  };
}

let local: TestProject;
let athena: AthenaProject;
beforeAll(async () => {
  const project = {
    'stedi_project.yml': config,
    'models/landing.yml': yaml,
    'models/report.sql': report,
  };
  local = createProject(project);
  athena = await createAthenaProject({
    ...project,
    'stedi_project.yml': config.replace(landing, 's3://lake/landing'),
  });
  for (const [path, content] of Object.entries(await landingFiles())) {
    local.write(`${landing}/${path}`, content);
    await athena.emulator.objects.put('lake', `landing/${path}`, Buffer.from(content));
  }
});
afterAll(async () => {
  local.remove();
  await athena.close();
});

/** One query for all tables: a start of the command costs more than the rows. */
const everything = names
  .map((name) => `select '${name}' as model, count(*) as n from {{ ref('${name}') }}`)
  .join(' union all ');

it('have the same rows on DuckDB and on Athena', async () => {
  const [here, there] = [
    local.run(['build', '--no-color']),
    await athena.run(['build', '--no-color']),
  ];
  expect(here.code, here.stdout + here.stderr).toBe(0);
  expect(there.code, there.stdout + there.stderr).toBe(0);
  const counts = await athena.rows(`${everything} order by model`);
  expect(local.rows(`${everything} order by model`)).toEqual(counts);
  for (const [name, rows] of Object.entries(expected)) {
    // Texts, as a client of Athena gets them.
    const texts = rows.map((row) =>
      JSON.stringify(row.map((value) => (value === null ? null : String(value)))),
    );
    expect(await athena.query(`select * from stedi.${name}`), name).toEqual([...texts].sort());
  }
  const listed = athena.emulator.glue.listPartitions('stedi', 'events');
  expect(listed.map(({ Values }) => Values)).toEqual([
    ['2026-02-01', "it's"],
    ['2026-02-02', '__HIVE_DEFAULT_PARTITION__'],
  ]);
  const joined = "select * from {{ ref('report') }} order by 1, 2, 3, 4, 5, 6, 7, 8";
  expect(local.rows(joined)).toEqual(await athena.rows(joined));
});

it('with injected partition columns are read by conditions on them, on Athena', async () => {
  const { project, emulator } = athena;
  const injected = yaml
    .replace('region.type: enum', 'region.type: injected')
    .replace(
      '- {name: id, data_type: "bigint"}\n      - {name: value',
      '- {name: id, data_type: "bigint", data_tests: [{not_null: {config: {where: "region = \'eu\'"}}}]}\n      - {name: value',
    );
  expect(injected).toContain('not_null');
  // The local Athena opens the files of every value that it finds.
  const other = 'landing/readings/asia/2026-01-05-08/c.json';
  await emulator.objects.put('lake', other, Buffer.from('{"id": 3}\n'));
  project.write('models/landing.yml', injected);
  project.write(
    'models/injected.sql',
    "select id, hour from {{ ref('readings') }} where region in ('eu', 'us')\n",
  );
  const selected = ['build', '--select', 'readings', 'injected', '--no-color'];
  const built = await athena.run(selected);
  expect(built.code, built.stdout + built.stderr).toBe(0);
  expect(await athena.query('select * from stedi.injected')).toEqual([
    '["1","2026-01-05-07"]',
    '["2","2026-01-05-08"]',
  ]);
  project.write('models/injected.sql', "select id from {{ ref('readings') }}\n");
  const before = emulator.glue.getTable('stedi', 'injected');
  const { code, stdout, stderr } = await athena.run(selected);
  expect(code).toBe(1);
  expect(stdout + stderr).toContain('is read with a condition on that column (=, IN)');
  expect(emulator.glue.getTable('stedi', 'injected')).toEqual(before);
});

it('are refused where the declaration cannot be kept, with the place', () => {
  local.write(
    'models/landing.yml',
    yaml
      .replace('region.type: enum', 'region.type: injected')
      .replace('joined, data_type: "varchar"', 'joined, data_type: "date"'),
  );
  const { code, stderr } = local.run(['build', '--no-color']);
  expect(code).toBe(2);
  expect(stderr).toContain(
    "error[config-unsupported]: model 'readings': the projected partition column 'region' takes its values from the query",
  );
  expect(stderr).toContain(
    "error[config-conflict]: model 'customers': column 'joined' is declared date",
  );
  expect(stderr).toContain('models/landing.yml');
  local.write('models/landing.yml', yaml);
});
