import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAthenaProject, type AthenaProject } from '../testing/athena.js';

/** Every format that a model may be stored in, but for ION, which Trino does not write. */
const formats = {
  iceberg: ['parquet', 'orc', 'avro'],
  hive: ['parquet', 'orc', 'avro', 'json', 'textfile'],
} as const;
const cases = Object.entries(formats).flatMap(([tableType, list]) =>
  list.flatMap((format) => [
    { tableType, format, partitioned: false },
    { tableType, format, partitioned: true },
  ]),
);
const nameOf = ({ tableType, format, partitioned }: (typeof cases)[number]): string =>
  `${tableType}_${format}${partitioned ? '_parts' : ''}`;

/** Values that formats keep in ways of their own; `round` tells the two builds apart. */
const typed = (round: string): string => `select
  cast(n as bigint) as id, ${round} as round,
  if(n % 3 = 0, null, concat('é|"\\', chr(9), cast(n as varchar))) as note,
  n / 4e0 as ratio, cast(n as decimal(12, 2)) / 4 as price, n % 2 = 0 as even,
  date '2024-02-28' + n * interval '1' day as day,
  if(n % 5 = 0, null, array[n, null, -n]) as numbers,
  cast(row(n, concat('x', cast(n as varchar))) as row(a integer, b varchar)) as pair,
  n % 3 as part
from {{ ref('numbers') }}
`;
const columns = 'id, round, note, ratio, price, even, day, numbers, pair, part';
const config = ({ tableType, format, partitioned }: (typeof cases)[number]): string =>
  [
    "materialized='incremental'",
    "incremental_strategy='append'",
    `table_type='${tableType}'`,
    `format='${format}'`,
    ...(partitioned ? ["partitioned_by=['part']"] : []),
  ].join(', ');

describe('models in every format on Trino', () => {
  let athena: AthenaProject;
  beforeAll(async () => {
    athena = await createAthenaProject({
      'stedi_project.yml': 'name: shop\nmodels:\n  shop:\n    +materialized: table\n',
      // An ephemeral model is a part of every query here.
      'models/numbers.sql':
        "{{ config(materialized='ephemeral') }}\nselect n from unnest(sequence(1, 12)) as t (n)\n",
      'models/seen.sql': `{{ config(materialized='view') }}\n${typed("{{ var('round') }}")}`,
      ...Object.fromEntries(
        cases.map((each) => [
          `models/${nameOf(each)}.sql`,
          `{{ config(${config(each)}) }}\n${typed("{{ var('round') }}")}`,
        ]),
      ),
    });
  });
  afterAll(() => athena.close());

  it('are built twice, the second time by rows that are added', async () => {
    for (const round of [1, 2]) {
      const args = ['build', '--no-color', '--vars', `round: ${round}`];
      const { code, stdout, stderr } = await athena.run(args);
      expect(code, stdout + stderr).toBe(0);
    }
  });

  it.each(cases)('$tableType $format, partitioned: $partitioned', async (each) => {
    const rows = (name: string, round: number): Promise<readonly string[]> =>
      athena.query(`select ${columns} from stedi.${name} where round = ${round}`);
    const expected = await rows('seen', 2);
    expect(expected).toHaveLength(12);
    expect(await rows(nameOf(each), 2)).toEqual(expected);
    expect(await rows(nameOf(each), 1)).toEqual(
      expected.map((row) => row.replace(/^(\["\d+",)"2"/, '$1"1"')),
    );
    const { glue } = athena.emulator;
    const { StorageDescriptor, Parameters } = glue.getTable('stedi', nameOf(each)) ?? {};
    if (each.tableType === 'hive') {
      expect(StorageDescriptor?.SerdeInfo?.SerializationLibrary?.toLowerCase()).toContain(
        { textfile: 'lazysimple' }[each.format as string] ?? each.format,
      );
    } else {
      expect(Parameters?.['table_type']?.toLowerCase()).toBe('iceberg');
      const files = await athena.query(`select file_format from stedi."${nameOf(each)}$files"`);
      expect(new Set(files)).toEqual(new Set([`["${each.format.toUpperCase()}"]`]));
    }
  });
});
