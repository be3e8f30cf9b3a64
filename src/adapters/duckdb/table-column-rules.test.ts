import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { formatType, type SqlType } from '../../core/sql-type.js';
import { modelNode } from '../../core/testing/nodes.js';
import { alterStatements, tableColumnRules as rules } from './table-column-rules.js';

const model = modelNode('m');

describe('what DuckDB stores', () => {
  it.each<[SqlType, string | undefined]>([
    [{ kind: 'varchar', length: 3 }, 'varchar'],
    [{ kind: 'char', length: 3 }, 'varchar'],
    [{ kind: 'decimal', precision: 5, scale: 2 }, 'decimal(5,2)'],
    [{ kind: 'timestamp', precision: 3, withZone: false }, 'timestamp(6)'],
    [{ kind: 'timestamp', precision: 3, withZone: true }, 'timestamp(6) with time zone'],
    [{ kind: 'array', element: { kind: 'char', length: 1 } }, 'array(varchar)'],
    [{ kind: 'row', fields: [{ name: 'a b', type: { kind: 'bigint' } }] }, 'row("a b" bigint)'],
    [{ kind: 'ipaddress' }, undefined],
  ])('%j: %s', (type, expected) => {
    const stored = rules.storedType(type, model);
    expect(stored && formatType(stored)).toBe(expected);
  });
});

describe('alterStatements', () => {
  it('are statements of DuckDB that leave rows and types as asked', async () => {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const relation = { database: 'memory', schema: 'main', identifier: 'a "b"' };
    await connection.run('create table "a ""b""" as select 1::integer as "Id", 2 as gone');
    const statements = alterStatements(relation, {
      add: [
        { name: 'at time', type: { kind: 'timestamp', precision: 6, withZone: false } },
        { name: 'list', type: { kind: 'array', element: { kind: 'varchar' } } },
      ],
      change: [{ name: 'id', type: { kind: 'bigint' } }],
      drop: ['gone'],
    });
    expect(statements).toHaveLength(4);
    await connection.run('begin transaction');
    for (const statement of statements) await connection.run(statement);
    await connection.run(`insert into "a ""b""" values (2, timestamp '2024-05-01', ['x'])`);
    await connection.run('commit');
    const reader = await connection.runAndReadAll(
      'select typeof("Id"), typeof("at time"), typeof(list), count(*)::varchar from "a ""b""" group by all',
    );
    expect(reader.getRowsJson()).toEqual([['BIGINT', 'TIMESTAMP', 'VARCHAR[]', '2']]);
    connection.closeSync();
  });
});
