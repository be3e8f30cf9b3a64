import type { QueryExecution } from '@aws-sdk/client-athena';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EngineError } from '../core/engine.js';
import { column } from './testing/fake-engine.js';
import { startService, type Bench } from './testing/start-service.js';

let bench: Bench;
beforeEach(() => {
  bench = startService();
});
afterEach(() => bench.close());

/** Returns the keys below `results/` with the query's id as `<id>`. */
function files({ QueryExecutionId: id = '' }: QueryExecution): readonly string[] {
  return bench.objects
    .list('lake', 'results/')
    .map(({ key }) => key.replace('results/', '').replace(id, '<id>'));
}

describe('result files', () => {
  test('a SELECT is a CSV, byte for byte', async () => {
    bench.engine.answer(() => ({
      columns: [column('i', 'integer', 10), column('q'), column('n'), column('empty')],
      rows: [
        ['1', 'a"b', null, ''],
        ['2', 'line\nbreak', '[1, 2]', 'ä'],
      ],
    }));
    const query = await bench.run('SELECT * FROM t');
    expect(files(query)).toEqual(['<id>.csv', '<id>.csv.metadata']);
    expect(await bench.read(`results/${query.QueryExecutionId}.csv`)).toBe(
      '"i","q","n","empty"\n"1","a""b",,""\n"2","line\nbreak","[1, 2]","ä"\n',
    );
    expect(query.ResultConfiguration?.OutputLocation).toBe(
      `s3://lake/results/${query.QueryExecutionId}.csv`,
    );
  });

  test('SHOW is a text without header and end of line', async () => {
    bench.engine.answer(() => ({
      columns: [column('tab_name', 'string', 0)],
      rows: [['a'], ['b']],
    }));
    const query = await bench.run('SHOW TABLES');
    expect(files(query)).toEqual(['<id>.txt', '<id>.txt.metadata']);
    expect(await bench.read(`results/${query.QueryExecutionId}.txt`)).toBe('a\nb');
  });

  test('EXPLAIN is a text with its header', async () => {
    bench.engine.answer(() => ({ columns: [column('Query Plan')], rows: [['Fragment 0'], ['']] }));
    const query = await bench.run('EXPLAIN SELECT 1');
    expect(await bench.read(`results/${query.QueryExecutionId}.txt`)).toBe(
      'Query Plan\nFragment 0\n',
    );
  });

  test('DDL is an empty text', async () => {
    const query = await bench.run('DROP TABLE t');
    expect(files(query)).toEqual(['<id>.txt']);
    expect(query.StatementType).toBe('DDL');
  });

  test.each([
    [
      'CREATE TABLE t AS SELECT 1 a',
      'tables/<id>',
      ['tables/<id>-manifest.csv', 'tables/<id>.metadata'],
    ],
    [
      "CREATE TABLE t WITH (table_type = 'iceberg', location = 's3://lake/t/') AS SELECT 1 a",
      'tables/<id>',
      ['tables/<id>.metadata'],
    ],
    ['INSERT INTO hive SELECT 1', '<id>', ['<id>-manifest.csv', '<id>.metadata']],
    ['INSERT INTO "ICE" SELECT 1', '<id>', ['<id>.metadata']],
    ['insert into awsdatacatalog.shop.ice select 1', '<id>', ['<id>.metadata']],
    ['UPDATE t SET a = 1', '<id>.csv', ['<id>.csv.metadata']],
  ])('%s', async (sql, named, expected) => {
    bench.glue.createDatabase({ Name: 'shop' });
    bench.glue.createTable('shop', { Name: 'ice', Parameters: { table_type: 'ICEBERG' } });
    bench.engine.answer(() => ({
      updateCount: 1,
      writtenFiles: ['s3://lake/t/1', 's3://lake/t/2'],
    }));
    const query = await bench.run(sql, { QueryExecutionContext: { Database: 'shop' } });
    const id = query.QueryExecutionId!;
    expect(query.ResultConfiguration?.OutputLocation?.replace(id, '<id>')).toBe(
      `s3://lake/results/${named}`,
    );
    expect(files(query)).toEqual(expected);
    const manifest = expected.find((file) => file.endsWith('-manifest.csv'));
    expect(query.Statistics?.DataManifestLocation?.replace(id, '<id>')).toBe(
      manifest && `s3://lake/results/${manifest}`,
    );
    if (manifest !== undefined) {
      expect(await bench.read(`results/${manifest.replace('<id>', id)}`)).toBe(
        's3://lake/t/1\ns3://lake/t/2\n',
      );
    }
  });

  test('an INSERT without rows has no manifest', async () => {
    bench.engine.answer(() => ({ updateCount: 0 }));
    expect(files(await bench.run('INSERT INTO t SELECT 1'))).toEqual(['<id>.metadata']);
  });

  test('a failed INSERT leaves the manifest of what it had written', async () => {
    bench.engine.answer(() => {
      throw new EngineError(2, 1000, 'X: y', false, ['s3://lake/t/1']);
    });
    const query = await bench.run('INSERT INTO t SELECT 1');
    expect(files(query)).toEqual(['<id>-manifest.csv']);
    expect(query.Statistics?.DataManifestLocation).toBe(
      `s3://lake/results/${query.QueryExecutionId}-manifest.csv`,
    );
  });

  test("the reason of a failed statement of Hive's kind is its text", async () => {
    const reason = 'FAILED: SemanticException [Error 10001]: Table not found shop.t';
    bench.engine.answer(() => {
      throw new EngineError(2, 1006, reason);
    });
    const query = await bench.run('DROP TABLE t');
    expect(files(query)).toEqual(['<id>.txt']);
    expect(await bench.read(`results/${query.QueryExecutionId}.txt`)).toBe(reason);
  });

  test('metadata of written rows is, after the id, the bytes that were measured', async () => {
    bench.engine.answer(() => ({ updateCount: 1 }));
    const { QueryExecutionId: id } = await bench.run('MERGE INTO t USING s ON a = b');
    const bytes = Buffer.from(await bench.objects.read('lake', `results/${id}.csv.metadata`));
    expect(bytes.subarray(0, 2).toString('hex')).toBe('0a24');
    expect(bytes.subarray(2, 38).toString()).toBe(id);
    expect(bytes.subarray(38).toString('hex')).toBe(
      '12054d45524745' + // 2: MERGE
        '1801' + // 3: one row
        '2222' + // 4: a column
        '0a0468697665' + // hive
        '2204726f7773' + // rows
        '2a04726f7773' +
        '3206626967696e74' + // bigint
        '3813400048035000', // 19, 0, UNKNOWN, not case sensitive
    );
  });
});
