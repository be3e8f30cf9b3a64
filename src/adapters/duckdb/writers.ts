import type { DialectWriters } from '../../core/adapter.js';
import { quoteName, quoteRelation, quoteText } from './quote.js';

function listNames(names: readonly string[], prefix = ''): string {
  return names.map((name) => prefix + quoteName(name)).join(', ');
}

const condition = (sql: string | undefined): string => (sql === undefined ? '' : ` AND ${sql}`);

function matchKeys(
  uniqueKey: readonly string[],
  { operator = '=' }: { readonly operator?: '=' | 'IS NOT DISTINCT FROM' } = {},
): string {
  return uniqueKey
    .map((key) => `_target.${quoteName(key)} ${operator} _source.${quoteName(key)}`)
    .join(' AND ');
}

/**
 * A source in which no key occurs twice, or an error, as in Athena ("one target table row matched more than one source
 * row"). Keys with a null match nothing, so they may occur often.
 */
function distinctSource(query: string, uniqueKey: readonly string[]): string {
  const keys = listNames(uniqueKey, '_source.');
  const hasNull = uniqueKey.map((key) => `_source.${quoteName(key)} IS NULL`).join(' OR ');
  const shown = uniqueKey
    .map((key) => `coalesce(CAST(_source.${quoteName(key)} AS VARCHAR), 'NULL')`)
    .join(` || ', ' || `);
  return [
    'SELECT _source.*',
    `FROM (\n${query}\n) AS _source`,
    `QUALIFY CASE WHEN ${hasNull} OR count(*) OVER (PARTITION BY ${keys}) = 1 THEN true`,
    `  ELSE error('MERGE: more than one source row has the key (' || ${shown} || ')') END`,
  ].join('\n');
}

/** DuckDB's statements for incremental models. `query` is in DuckDB's dialect; columns are matched by name. */
export const duckDbWriters: DialectWriters = {
  insert: (target, query, columns) =>
    `INSERT INTO ${quoteRelation(target)} (${listNames(columns)})\nSELECT ${listNames(columns, '_source.')}\nFROM (\n${query}\n) AS _source`,

  merge(target, query, { columns, uniqueKey, updates: wanted, predicates = [], ...when }) {
    const isKey = (column: string): boolean =>
      uniqueKey.some((key) => key.toLowerCase() === column.toLowerCase());
    const updates = (wanted ?? columns.filter((column) => !isKey(column))).map(
      (column) => `${quoteName(column)} = _source.${quoteName(column)}`,
    );
    return [
      `MERGE INTO ${quoteRelation(target)} AS _target`,
      `USING (\n${distinctSource(query, uniqueKey)}\n) AS _source`,
      `ON ${[matchKeys(uniqueKey), ...predicates.map((each) => `(${each})`)].join(' AND ')}`,
      ...(updates.length > 0
        ? [`WHEN MATCHED${condition(when.updateWhen)} THEN UPDATE SET ${updates.join(', ')}`]
        : []),
      `WHEN NOT MATCHED${condition(when.insertWhen)} THEN INSERT (${listNames(columns)}) VALUES (${listNames(columns, '_source.')})`,
    ].join('\n');
  },

  deleteMatching(target, source, uniqueKey, options = {}) {
    const { nullsMatch = false, predicates = [], expressions = [] } = options;
    const matches = matchKeys(uniqueKey, { operator: nullsMatch ? 'IS NOT DISTINCT FROM' : '=' });
    const exists = `EXISTS (SELECT 1 FROM ${quoteRelation(source)} AS _source WHERE ${matches})`;
    // Names in an expression mean the table that is read next to it.
    const keys = uniqueKey
      .map((key) => (expressions.includes(key) ? `(\n${key}\n)` : quoteName(key)))
      .join(', ');
    const isIn = `(${keys}) IN (SELECT (${keys}) FROM ${quoteRelation(source)})`;
    const found = expressions.length > 0 ? isIn : exists;
    const conditions = [found, ...predicates.map((each) => `(${each})`)].join(' AND ');
    return `DELETE FROM ${quoteRelation(target)} AS _target\nWHERE ${conditions}`;
  },

  deleteWhere: (target, condition) =>
    `DELETE FROM ${quoteRelation(target)} AS _target\nWHERE ${condition}`,

  selectWhere: (query, condition) => `SELECT *\nFROM (\n${query}\n) AS _target\nWHERE ${condition}`,

  selectColumns: (query, columns) => `SELECT ${listNames(columns)}\nFROM (\n${query}\n) AS _query`,

  selectAll: (relation) => `SELECT * FROM ${quoteRelation(relation)}`,

  hash: (expressions) =>
    `md5(${expressions.map((each) => `coalesce(CAST(${each} AS VARCHAR), '')`).join(` || '|' || `)})`,

  // A MERGE changes rows in place while its source is still read, and would find its own changes there.
  settle: (query) => `WITH _settled AS MATERIALIZED (\n${query}\n)\nSELECT * FROM _settled`,

  // One literal, because DuckDB takes twenty times as long to plan VALUES of 50,000 rows.
  textRows: (rows, width) =>
    [
      `SELECT ${Array.from({ length: width }, (_, index) => `_row[${index + 1}]`).join(', ')}`,
      `FROM (SELECT unnest(from_json(${quoteText(JSON.stringify(rows))}, '[["VARCHAR"]]')) AS _row)`,
    ].join('\n'),
};
