import { describe, expect, it } from 'vitest';
import type { Alteration } from '../../core/adapter.js';
import type { CatalogRelation } from '../../core/catalog.js';
import type { JsonValue } from '../../core/node.js';
import { formatType, type SqlType } from '../../core/sql-type.js';
import { modelNode } from '../../core/testing/nodes.js';
import { alterStatements, tableColumnRules as rules } from './table-column-rules.js';

function modelOf(extra: Readonly<Record<string, JsonValue>>, format: string | null = null) {
  const model = modelNode('m', { materialized: 'incremental' });
  return { ...model, config: { ...model.config, format, extra } };
}

function tableOf(tableType: string): CatalogRelation {
  return { relation: modelNode('m').relation, columns: [], attributes: { table_type: tableType } };
}

const none: Alteration = { add: [], change: [], drop: [] };
const id = { name: 'id', type: { kind: 'bigint' } } as const;

describe('what tables store', () => {
  it.each<[SqlType, string, string]>([
    [{ kind: 'smallint' }, 'integer', 'smallint'],
    [{ kind: 'varchar', length: 3 }, 'varchar', 'varchar'],
    [{ kind: 'timestamp', precision: 0, withZone: false }, 'timestamp(6)', 'timestamp(3)'],
    [
      { kind: 'array', element: { kind: 'varchar', length: 2 } },
      'array(varchar)',
      'array(varchar)',
    ],
  ])('%j', (type, iceberg, hive) => {
    const stored = (tableType: string): string | undefined => {
      const found = rules.storedType(type, modelOf({ table_type: tableType }));
      return found && formatType(found);
    };
    expect([stored('iceberg'), stored('hive')]).toEqual([iceberg, hive]);
  });

  it('is read from the catalog in the same terms', () => {
    const read = (type: string, table: string): string =>
      formatType(rules.readType({ name: 'c', type }, tableOf(table)));
    expect(read('timestamp', 'hive')).toBe('timestamp(3)');
    expect(read('timestamp', 'iceberg')).toBe('timestamp(6)');
    expect(read('struct<a:varchar(3)>', 'hive')).toBe('row(a varchar)');
  });
});

describe('what tables refuse', () => {
  it('Iceberg: to change what partitions them', () => {
    const model = modelOf({ partitioned_by: ['Day', 'bucket(id, 4)'] });
    const refuse = (alteration: Partial<Alteration>) =>
      rules.refuse({ ...none, ...alteration }, { model, existing: tableOf('iceberg') });
    expect(refuse({ add: [id], drop: ['other'] })).toEqual([]);
    expect(refuse({ drop: ['DAY'], change: [id] })).toEqual([
      "the table is partitioned by 'DAY', which therefore stays as it is",
      "the table is partitioned by 'id', which therefore stays as it is",
    ]);
  });

  it('Hive: all but new columns in files that name theirs', () => {
    const refuse = (alteration: Partial<Alteration>, format: string | null = null) =>
      rules.refuse(
        { ...none, ...alteration },
        { model: modelOf({ table_type: 'hive' }, format), existing: tableOf('hive') },
      );
    expect(refuse({ add: [id] })).toEqual([]);
    expect(refuse({ add: [id] }, 'textfile')).toHaveLength(1);
    expect(refuse({}, 'textfile')).toEqual([]);
    expect(refuse({ change: [id], drop: ['a', 'b'] })).toEqual([
      "a Hive table cannot change the type of 'id', because its files stay",
      "a Hive table cannot lose 'a', 'b', because its files stay",
    ]);
  });
});

describe('alterStatements', () => {
  it('are DDL: backticks, Hive types, all new columns at once', () => {
    const relation = { database: 'c', schema: 'S', identifier: 'T' };
    const note = { name: 'Note', type: { kind: 'varchar' } } as const;
    expect(alterStatements(relation, { add: [id, note], change: [id], drop: ['Old'] })).toEqual([
      'ALTER TABLE `s`.`t` ADD COLUMNS (`id` bigint, `note` string)',
      'ALTER TABLE `s`.`t` CHANGE COLUMN `id` `id` bigint',
      'ALTER TABLE `s`.`t` DROP COLUMN `old`',
    ]);
    expect(alterStatements(relation, none)).toEqual([]);
  });
});
