import type { DialectWriters } from '../../core/adapter.js';
import { quoteName, quoteRelation } from './quote.js';

function listNames(names: readonly string[], prefix = ''): string {
  return names.map((name) => prefix + quoteName(name)).join(', ');
}

/**
 * Athena's statements for incremental models. MERGE reads the query itself: no table in between. A key that stands in
 * several rows of the query fails it, as Athena's MERGE does by itself; keys with a null match nothing.
 * Source: Athena User Guide, "MERGE INTO" (columns of INSERT have no prefix, values have the source's) and "INSERT INTO".
 */
export const athenaWriters: DialectWriters = {
  insert: (target, query, columns) =>
    `INSERT INTO ${quoteRelation(target)} (${listNames(columns)})\nSELECT ${listNames(columns, '_source.')}\nFROM (\n${query}\n) AS _source`,

  merge(target, query, { columns, uniqueKey, updates: wanted, predicates = [] }) {
    const keys = new Set(uniqueKey.map((key) => key.toLowerCase()));
    const updates = (wanted ?? columns.filter((column) => !keys.has(column.toLowerCase()))).map(
      (column) => `${quoteName(column)} = _source.${quoteName(column)}`,
    );
    return [
      `MERGE INTO ${quoteRelation(target)} AS _target`,
      `USING (\n${query}\n) AS _source`,
      `ON ${matchRows(uniqueKey, '=', predicates)}`,
      ...(updates.length > 0 ? [`WHEN MATCHED THEN UPDATE SET ${updates.join(', ')}`] : []),
      `WHEN NOT MATCHED THEN INSERT (${listNames(columns)}) VALUES (${listNames(columns, '_source.')})`,
    ].join('\n');
  },

  // A DELETE cannot look into another table row by row; a MERGE can, and needs each key once.
  deleteMatching: (target, source, uniqueKey, { nullsMatch = false, predicates = [] } = {}) =>
    [
      `MERGE INTO ${quoteRelation(target)} AS _target`,
      `USING (SELECT DISTINCT ${listNames(uniqueKey)} FROM ${quoteRelation(source)}) AS _source`,
      `ON ${matchRows(uniqueKey, nullsMatch ? 'IS NOT DISTINCT FROM' : '=', predicates)}`,
      'WHEN MATCHED THEN DELETE',
    ].join('\n'),

  // DELETE takes no other name for the table.
  deleteWhere: (target, condition) => `DELETE FROM ${quoteRelation(target)}\nWHERE ${condition}`,

  selectWhere: (query, condition) => `SELECT *\nFROM (\n${query}\n) AS _target\nWHERE ${condition}`,

  selectColumns: (query, columns) => `SELECT ${listNames(columns)}\nFROM (\n${query}\n) AS _query`,

  selectAll: (relation) => `SELECT * FROM ${quoteRelation(relation)}`,

  hash(expressions) {
    const text = expressions
      .map((each) => `coalesce(CAST(${each} AS varchar), '')`)
      .join(` || '|' || `);
    return `lower(to_hex(md5(to_utf8(${text}))))`;
  },
};

function matchRows(
  uniqueKey: readonly string[],
  operator: '=' | 'IS NOT DISTINCT FROM',
  predicates: readonly string[],
): string {
  return [
    ...uniqueKey.map((key) => `_target.${quoteName(key)} ${operator} _source.${quoteName(key)}`),
    ...predicates.map((each) => `(${each})`),
  ].join(' AND ');
}
