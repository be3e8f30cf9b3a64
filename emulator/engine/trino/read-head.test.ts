import { describe, expect, it } from 'vitest';
import { scanStatement } from '../sql/parse-statement.js';
import { readHead } from './read-head.js';

const headOf = (sql: string) => readHead(sql, scanStatement(sql));

describe('the beginning of a statement', () => {
  it.each([
    ['SELECT 1', 'other'],
    ['EXPLAIN SELECT 1', 'other'],
    // What our own parser does not know is Trino's to judge.
    ['SELECT * FROM t MATCH_RECOGNIZE (PATTERN (a) DEFINE a AS true)', 'other'],
    ['insert into db.t select 1', 'insert'],
    ['MERGE INTO "db"."t" USING x ON a = b WHEN MATCHED THEN DELETE', 'merge'],
    ['UPDATE t SET a = 1', 'update'],
    ['DELETE FROM t', 'delete'],
    ['VACUUM t', 'vacuum'],
    ["UNLOAD (SELECT 1) TO 's3://b/x'", 'unload'],
    ['CREATE OR REPLACE VIEW v AS SELECT 1', 'create-view'],
    ['DROP VIEW IF EXISTS v', 'drop-view'],
  ])('%s: %s', (sql, kind) => {
    expect(headOf(sql).kind).toBe(kind);
  });

  it.each(['OPTIMIZE "db"."t" REWRITE DATA USING BIN_PACK', 'VACUUM "db"."t"'])(
    '%s is refused: Athena takes no quotes there',
    (sql) => {
      expect(() => headOf(sql)).toThrow();
    },
  );

  it('names the table, in lower case', () => {
    expect(headOf('INSERT INTO "AwsDataCatalog"."DB"."T" SELECT 1')).toMatchObject({
      table: { parts: ['awsdatacatalog', 'db', 't'] },
    });
  });

  it.each([
    ['AS SELECT 1 AS a', 'SELECT 1 AS a', true],
    ['AS SELECT 1 AS a;', 'SELECT 1 AS a', true],
    ['AS SELECT 1 AS a WITH NO DATA', 'SELECT 1 AS a', false],
    ['AS SELECT 1 AS a WITH DATA ;', 'SELECT 1 AS a', true],
    ["COMMENT 'c' WITH (table_type = 'HIVE') AS (SELECT 1 AS a)", '(SELECT 1 AS a)', true],
  ])('CREATE TABLE t %s has the query %s', (rest, query, withData) => {
    const sql = `CREATE TABLE t ${rest}`;
    const head = headOf(sql);
    if (head.kind !== 'create-table-as') throw new Error(head.kind);
    expect(sql.slice(head.query.start, head.query.end)).toBe(query);
    expect(head.withData).toBe(withData);
  });

  it('has the condition of OPTIMIZE', () => {
    const sql = "OPTIMIZE db.t REWRITE DATA USING BIN_PACK WHERE day = '1';";
    const head = headOf(sql);
    if (head.kind !== 'optimize') throw new Error(head.kind);
    expect(sql.slice(head.where?.start, head.where?.end)).toBe("day = '1'");
  });
});
