import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../core/node.js';
import { modelNode } from '../../core/testing/nodes.js';
import { parquetBytes } from '../duckdb/testing/parquet-bytes.js';
import { valueOf } from '../duckdb/testing/warehouse.js';
import { calm, describeAdapters, expectFailure } from '../testing/describe-adapters.js';

describeAdapters((on) => {
  const { relation, staged, execute, publish, rows } = on;

  describe('external tables', () => {
    it('read JSON lines, keys without regard to case', async () => {
      await on.subject.write(
        'landing/users/a.json',
        '{"User":"ann","timeStamp":1655564376361.0}\n',
      );
      await on.subject.write('landing/users/b.json', '{"user":8015551212}\n');
      const column = (name: string, data_type: string) => ({
        name,
        data_type,
        description: '',
        tags: [],
        meta: {},
      });
      const location = on.subject.location('landing/users');
      const base = modelNode('users', { materialized: 'external_table' });
      const users = { ...base, config: { ...base.config, location, format: 'json' } };
      await execute({
        kind: 'stage-external',
        model: users,
        staged: staged('users'),
        columns: [column('user', 'varchar'), column('timestamp', 'bigint')],
        location,
        format: 'json',
      });
      await publish('users');
      const found = await rows(
        `select * from (${on.adapter.dialect.writers.selectAll(relation('users'))}) as u order by 1`,
      );
      expect(found).toEqual([
        ['8015551212', null],
        ['ann', 1655564376361],
      ]);
    });

    interface External {
      readonly columns: Readonly<Record<string, string>>;
      readonly format: string;
      readonly extra?: Readonly<Record<string, JsonValue>>;
      /** By their path below the location. */
      readonly files: Readonly<Record<string, string | Buffer>>;
    }

    /** Writes the files and builds an external table over them; returns its rows, in their order. */
    async function rowsOver({ columns, format, extra = {}, files }: External) {
      const result = await buildOver({ columns, format, extra, files });
      valueOf(result);
      const sql = `select * from (${on.adapter.dialect.writers.selectAll(relation('files'))}) as t`;
      const names = Object.keys(columns);
      return rows(`${sql} order by ${names.map((_, index) => index + 1).join(', ')}`);
    }

    async function buildOver({ columns, format, extra = {}, files }: External) {
      for (const [path, content] of Object.entries(files)) {
        await on.subject.write(`landing/files/${path}`, content);
      }
      const location = on.subject.location('landing/files');
      const base = modelNode('files', { materialized: 'external_table' });
      const declared = Object.entries(columns).map(([name, data_type]) => ({
        ...{ name, data_type, description: '', tags: [], meta: {} },
      }));
      const declaration = {
        ...base,
        columns: declared,
        config: { ...base.config, location, format, extra },
      };
      expect(on.adapter.dialect.checkModel?.({ model: declaration }) ?? []).toEqual([]);
      const staging = await on.session.execute(
        {
          kind: 'stage-external',
          model: declaration,
          staged: staged('files'),
          columns: declared,
          location,
          format,
        },
        calm,
      );
      if (staging.ok) await publish('files');
      return staging;
    }

    it('read CSV: quotes, escapes, a header, empty and short lines', async () => {
      const content = [
        'id;name;note',
        '1;"a; ""quoted"" and \\"escaped\\"";plain',
        '2;;C:\\temp',
        '',
        '3;"last\\\\"',
        '4;x;y;too many',
      ];
      const found = await rowsOver({
        columns: { id: 'int', name: 'string', note: 'string' },
        format: 'csv',
        extra: { field_delimiter: ';', table_properties: { 'skip.header.line.count': 1 } },
        files: {
          'a.csv': content.join('\n'),
          'b.csv.gz': gzipSync('id;name;note\r\n5;é;"it\'s"\r\n'),
          '_hidden.csv': 'no',
          'empty.csv': '',
        },
      });
      expect(found).toEqual([
        [1, 'a; "quoted" and "escaped"', 'plain'],
        [2, '', 'C:temp'],
        [3, 'last\\', null],
        [4, 'x', 'y'],
        [5, 'é', "it's"],
        [null, null, null],
      ]);
    });

    it('read typed CSV, in which an empty text is no number', async () => {
      const columns = { yes: 'boolean', n: 'bigint', d: 'double' };
      const files = { 'a.csv': 'TRUE,9007199254740993,1.5e3\nfalse,-7,.5\n' };
      expect(await rowsOver({ columns, format: 'csv', files })).toEqual([
        [false, -7, 0.5],
        [true, '9007199254740993', 1500],
      ]);
      const empty = { 'b.csv': 'true,,1\n' };
      const result = await buildOver({ columns, format: 'csv', files: empty });
      const read = result.ok
        ? await on.session.query(on.adapter.dialect.writers.selectAll(relation('files')), {
            limit: null,
            signal: calm,
          })
        : result;
      expect(expectFailure(read).diagnostic.message).toMatch(/cannot hold|HIVE_BAD_DATA/);
    });

    it('read delimited text: NULL is written out, and what is not of the type is NULL', async () => {
      const lines = [
        '1|1.5|12.345|2024-02-29|2024-02-29 10:11:12.5|true|x',
        '\\N|\\N|\\N|\\N|\\N|\\N|\\N',
        '+2.9| 3e2|abc|2024-02-30|2024-02-29|yes|"q"',
        '3000000000|NaN|1|29.02.2024|now|FALSE|',
        '',
      ];
      const found = await rowsOver({
        columns: {
          ...{ n: 'int', d: 'double', m: 'decimal(6,2)', day: 'date', at: 'timestamp' },
          ...{ yes: 'boolean', note: 'varchar(4)' },
        },
        format: 'textfile',
        extra: { field_delimiter: '|' },
        files: { 'a.txt': lines.map((line) => `${line}\n`).join('') },
      });
      expect(found).toEqual([
        [1, 1.5, '12.35', '2024-02-29', '2024-02-29 10:11:12.500', true, 'x'],
        [2, 300, null, null, '2024-02-29 00:00:00.000', null, '"q"'],
        [null, 'NaN', '1.00', null, null, false, ''],
        [null, null, null, null, null, null, null],
        [null, null, null, null, null, null, null],
      ]);
    });

    it('read Parquet by the names of columns', async () => {
      const found = await rowsOver({
        columns: {
          ...{ id: 'bigint', ratio: 'double', name: 'string', at: 'timestamp' },
          ...{ price: 'decimal(10,2)', later: 'int' },
        },
        format: 'parquet',
        files: {
          'a.parquet': await parquetBytes(
            `select 1::int as "ID", 1.5::float as ratio, 'a' as name, timestamp '2024-01-02 03:04:05.678901' as at, 1.25::decimal(4,2) as price, 0 as other`,
          ),
          'b.parquet': await parquetBytes(
            `select 'b'::blob as name, 2::bigint as id, 2.5::double as ratio, 7 as later`,
          ),
        },
      });
      expect(found).toEqual([
        [1, 1.5, 'a', '2024-01-02 03:04:05.679', '1.25', null],
        [2, 2.5, 'b', null, null, 7],
      ]);
    });

    it('refuse Parquet whose types are others', async () => {
      const built = await buildOver({
        columns: { id: 'string' },
        format: 'parquet',
        files: { 'a.parquet': await parquetBytes('select 1 as id') },
      });
      const read = built.ok
        ? await on.session.query(on.adapter.dialect.writers.selectAll(relation('files')), {
            limit: null,
            signal: calm,
          })
        : built;
      expect(expectFailure(read).diagnostic.message).toMatch(/type INTEGER in parquet|is INTEGER/);
    });

    it('take the values of partitions from folders, whatever the files say', async () => {
      const found = await rowsOver({
        columns: { id: 'bigint', day: 'date', kind: 'varchar' },
        format: 'json',
        extra: { partitioned_by: ['day', 'kind'] },
        files: {
          'day=2024-01-01/kind=a/one.json': '{"id": 1, "kind": "no"}\n',
          'day=2024-01-01/kind=it%27s %2F b/deep/er.json': '{"id": 2}\n',
          'day=__HIVE_DEFAULT_PARTITION__/kind=__HIVE_DEFAULT_PARTITION__/x.json': '{"id": 3}\n',
          'Day=2024-01-02/kind=a/case.json': '{"id": 4}\n',
          'day=2024-01-02/loose.json': '{"id": 5}\n',
          'loose.json': '{"id": 6}\n',
          'kind=a/day=2024-01-03/order.json': '{"id": 7}\n',
        },
      });
      expect(found).toEqual([
        [1, '2024-01-01', 'a'],
        [2, '2024-01-01', "it's / b"],
        [3, null, null],
      ]);
    });

    it('compute partitions: enumerations, integers and dates, of folders that match alone', async () => {
      const found = await rowsOver({
        columns: { id: 'string', region: 'string', hour: 'int', day: 'string' },
        format: 'csv',
        extra: {
          partitioned_by: ['region', 'hour', 'day'],
          table_properties: {
            'projection.enabled': true,
            ...{ 'projection.region.type': 'enum', 'projection.region.values': 'eu,us' },
            ...{ 'projection.hour.type': 'integer', 'projection.hour.range': '0,20' },
            ...{ 'projection.hour.digits': 2, 'projection.hour.interval': 5 },
            ...{ 'projection.day.type': 'date', 'projection.day.format': 'yyyy/MM/dd' },
            ...{ 'projection.day.range': '2024/01/01,NOW', 'projection.day.interval': 2 },
            'projection.day.interval.unit': 'DAYS',
            'storage.location.template': `${on.subject.location('landing/files')}/\${day}/\${region}-h\${hour}/`,
          },
        },
        files: {
          '2024/01/01/eu-h00/a.csv': 'first\n',
          '2024/01/03/us-h20/b.csv': 'third\n',
          '2024/01/02/eu-h00/c.csv': 'between\n',
          '2024/02/30/eu-h00/d.csv': 'no day\n',
          '2023/12/31/eu-h00/e.csv': 'before\n',
          '2999/01/01/eu-h00/f.csv': 'after\n',
          '2024/01/01/eu-h0/g.csv': 'digits\n',
          '2024/01/01/eu-h03/h.csv': 'interval\n',
          '2024/01/01/eu-h25/i.csv': 'range\n',
          '2024/01/01/asia-h00/j.csv': 'enumeration\n',
        },
      });
      expect(found).toEqual([
        ['first', 'eu', 0, '2024/01/01'],
        ['third', 'us', 20, '2024/01/03'],
      ]);
    });

    it('have no rows where no file is', async () => {
      const columns = { id: 'int', day: 'string' };
      const extra = { partitioned_by: ['day'] };
      await on.subject.write('landing/files/_ignored', 'x');
      expect(await rowsOver({ columns, format: 'parquet', extra, files: {} })).toEqual([]);
    });
  });
});
