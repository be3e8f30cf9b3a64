import type { SqlType } from '../../core/sql-type.js';
import type { SnapshotRules } from '../../core/node.js';

/** A column of the query, and what is known of its type. */
export interface QueryColumn {
  readonly name: string;
  readonly type: SqlType;
}

/** How a table of a snapshot holds times. */
export type TimeType = 'date' | 'timestamp(6)';

/** What the statements of a snapshot are written from. All SQL is the engine's; its parts are standard SQL. */
export interface SnapshotSqlInput {
  readonly rules: SnapshotRules;
  readonly key: readonly string[];
  /** Which parts of the key are no columns of the query but expressions over them; the rows have a column of that name. */
  readonly keyExpressions?: readonly string[];
  /** The columns of the query, as they are named there. */
  readonly columns: readonly QueryColumn[];
  /** The relation with the rows of the query, as SQL. */
  readonly rows: string;
  /** When the run began, in UTC: `2026-01-31T12:00:00.000Z`. */
  readonly now: string;
  /** The types of `validFrom` (and `updatedAt`), and of `validTo`. */
  readonly times: { readonly from: TimeType; readonly to: TimeType };
  /** A query of one value: what `validTo` holds in rows that are valid now; `null`: NULL. */
  readonly validToCurrent: string | null;
  /** The engine's md5 of expressions. */
  readonly hash: (expressions: readonly string[]) => string;
}

/** The same, and the table that is there. */
export interface SnapshotChangeInput extends SnapshotSqlInput {
  /** The snapshot's table, or its clone, as SQL. */
  readonly table: string;
  /** The columns of `columns` that the table had before this run, in lower case. */
  readonly known: ReadonlySet<string>;
  /** Makes a query's rows be there before the first is used. */
  readonly settle: (query: string) => string;
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const of = (row: string, name: string): string => `${row}.${quote(name)}`;
const sameName = (left: string, right: string): boolean =>
  left.toLowerCase() === right.toLowerCase();

function nowSql({ now }: Pick<SnapshotSqlInput, 'now'>): string {
  const [day = '', time = ''] = now.replace('Z', '').split('T');
  return `CAST(TIMESTAMP '${day} ${time.padEnd('00:00:00.000000'.length, '0')}' AS timestamp(6))`;
}

/** The time of the run as a column holds it. */
function nowAs(type: TimeType, input: Pick<SnapshotSqlInput, 'now'>): string {
  return type === 'date' ? `CAST(${nowSql(input)} AS date)` : nowSql(input);
}

function timeOf(row: string, input: SnapshotSqlInput): string {
  const { rules, columns, times } = input;
  if (rules.updatedAt === null) return nowSql(input);
  const { updatedAt } = rules;
  const type = columns.find(({ name }) => sameName(name, updatedAt))?.type;
  const value = of(row, updatedAt);
  // What has a zone is an instant, which tables hold in UTC.
  const local = type?.kind === 'timestamp' && type.withZone ? `${value} AT TIME ZONE 'UTC'` : value;
  return `CAST(${local} AS ${times.from})`;
}

function currentEnd({ validToCurrent, times }: SnapshotSqlInput): string {
  return validToCurrent === null ? `CAST(NULL AS ${times.to})` : `(\n${validToCurrent}\n)`;
}

/** The names of the columns that the snapshot adds, in dbt's order. */
function metaNames({ columns, hardDeletes }: SnapshotRules): readonly string[] {
  const { scdId, updatedAt, validFrom, validTo, isDeleted } = columns;
  return [
    scdId,
    updatedAt,
    validFrom,
    validTo,
    ...(hardDeletes === 'new_record' ? [isDeleted] : []),
  ];
}

/** Returns the query of the whole table when there is none yet: every row is valid now. */
export function firstRows(input: SnapshotSqlInput): string {
  const { rules, key, columns, rows, hash } = input;
  const time = timeOf('_row', input);
  const id = hash([...key.map((name) => of('_row', name)), time]);
  const values = [id, time, time, currentEnd(input), `CAST('False' AS varchar)`];
  const meta = metaNames(rules).map((name, index) => `${values[index] ?? ''} AS ${quote(name)}`);
  const own = columns.map(({ name }) => of('_row', name));
  return `SELECT ${[...own, ...meta].join(',\n  ')}\nFROM ${rows} AS _row`;
}

/** Returns what to select so that rows have all columns of a relation, and one for each expression of the key. */
export function selectKeys(expressions: readonly string[] = []): string {
  return ['SELECT *', ...expressions.map((each) => `(\n${each}\n) AS ${quote(each)}`)].join(', ');
}

/** The rows of the table that are valid now. */
function currentRows(input: SnapshotChangeInput): string {
  const { rules, table, validToCurrent } = input;
  const end = quote(rules.columns.validTo);
  const isCurrent =
    validToCurrent === null ? `${end} IS NULL` : `${end} IS NULL OR ${end} = ${currentEnd(input)}`;
  return `${selectKeys(input.keyExpressions)} FROM ${table} WHERE ${isCurrent}`;
}

function joinKeys(key: readonly string[]): string {
  return key.map((name) => `${of('_old', name)} = ${of('_row', name)}`).join(' AND ');
}

/** Whether a row is another than the one of its key that is valid now. */
function isChanged({ rules, columns, known, ...input }: SnapshotChangeInput): string {
  const conditions: string[] = [];
  if (rules.strategy === 'timestamp') {
    const time = timeOf('_row', { rules, columns, ...input });
    conditions.push(`${of('_old', rules.columns.validFrom)} < ${time}`);
  } else {
    const compared =
      rules.checkColumns === 'all' ? columns.map(({ name }) => name) : rules.checkColumns;
    // As in dbt, a column that is new and compared makes every row another one.
    if (compared.some((name) => !known.has(name.toLowerCase()))) conditions.push('true');
    else {
      conditions.push(
        ...compared.map((name) => `${of('_old', name)} IS DISTINCT FROM ${of('_row', name)}`),
      );
    }
  }
  if (rules.hardDeletes === 'new_record') conditions.push(isDeletedNow(rules));
  return `(${conditions.join('\n    OR ')})`;
}

const isDeletedNow = ({ columns }: SnapshotRules): string =>
  `coalesce(${of('_old', columns.isDeleted)} = 'True', false)`;

/** Columns of the changes that the table does not have; `_` keeps them apart from the query's. */
const closes = '_snapshot_closes';
const closesUntil = '_snapshot_until';
const endsAt = '_snapshot_end';

interface Change {
  /** What each column of the query holds. */
  readonly own: (name: string) => string;
  /** The values of the snapshot's own columns, as `metaNames` has them. */
  readonly meta: readonly string[];
  readonly closes: string;
  readonly closesUntil: string;
  readonly endsAt: string;
  readonly from: string;
}

function selectChange(
  { columns, rules }: SnapshotChangeInput,
  { own, meta, from, ...change }: Change,
): string {
  const named = (value: string, name: string): string => `${value} AS ${quote(name)}`;
  return [
    `SELECT ${[
      ...columns.map(({ name }) => named(own(name), name)),
      ...metaNames(rules).map((name, index) => named(meta[index] ?? 'NULL', name)),
      named(change.closes, closes),
      named(change.closesUntil, closesUntil),
      named(change.endsAt, endsAt),
    ].join(',\n  ')}`,
    from,
  ].join('\n');
}

const noText = 'CAST(NULL AS varchar)';

/**
 * Returns the MERGE that brings a snapshot's table up to date, dbt's rules in one statement: rows that are new or changed
 * are added, the row of their key that was valid ends, and rows that are no longer in the source end as `hard_deletes`
 * says. An id that a row has already (the same key and time once more) is made another.
 */
export function mergeChanges(input: SnapshotChangeInput): string {
  const { rules, key, columns, rows, table, known, hash, times } = input;
  const [noTime, noEnd] = [`CAST(NULL AS ${times.from})`, `CAST(NULL AS ${times.to})`];
  const { scdId, validTo } = rules.columns;
  const [firstKey = ''] = key;
  const now = nowSql(input);
  const time = timeOf('_row', input);
  const current = `(\n${currentRows(input)}\n) AS _old`;
  const beside = `FROM ${rows} AS _row\nLEFT JOIN ${current}\n  ON ${joinKeys(key)}`;
  const newId = hash([...key.map((name) => of('_row', name)), time]);
  const otherId = hash([...key.map((name) => of('_row', name)), time, now]);
  // Times of runs differ, those of rows may come back.
  const comesBack = rules.updatedAt !== null;
  const ids = `LEFT JOIN (\nSELECT DISTINCT ${quote(scdId)} AS _id FROM ${table}\n) AS _ids\n  ON _ids._id = ${newId}`;
  const closed = {
    own: () => 'NULL',
    meta: [noText, noTime, noTime, noEnd, noText],
    closes: of('_old', scdId),
    closesUntil: of('_old', validTo),
  };
  const added: Change = {
    own: (name) => of('_row', name),
    meta: [
      comesBack ? `CASE WHEN _ids._id IS NULL THEN ${newId} ELSE ${otherId} END` : newId,
      time,
      time,
      currentEnd(input),
      `CAST('False' AS varchar)`,
    ],
    closes: noText,
    closesUntil: noEnd,
    endsAt: noEnd,
    from: `${beside}${comesBack ? `\n${ids}` : ''}\nWHERE ${of('_old', firstKey)} IS NULL\n  OR ${isChanged(input)}`,
  };
  const changed: Change = {
    ...closed,
    endsAt: times.from === times.to ? time : `CAST(${time} AS ${times.to})`,
    from: `${beside}\nWHERE ${of('_old', firstKey)} IS NOT NULL\n  AND ${isChanged(input)}`,
  };
  const gone = `FROM ${current}\nLEFT JOIN ${rows} AS _row\n  ON ${joinKeys(key)}\nWHERE ${of('_row', firstKey)} IS NULL${
    rules.hardDeletes === 'new_record' ? `\n  AND NOT ${isDeletedNow(rules)}` : ''
  }`;
  const deleted: Change = {
    ...added,
    own: (name) => (known.has(name.toLowerCase()) ? of('_old', name) : 'NULL'),
    meta: [
      hash([of('_old', scdId), now]),
      nowAs(times.from, input),
      nowAs(times.from, input),
      of('_old', validTo),
      `CAST('True' AS varchar)`,
    ],
    from: gone,
  };
  const changes = [
    added,
    changed,
    ...(rules.hardDeletes === 'ignore'
      ? []
      : [{ ...closed, endsAt: nowAs(times.to, input), from: gone }]),
    ...(rules.hardDeletes === 'new_record' ? [deleted] : []),
  ];
  const written = [...columns.map(({ name }) => name), ...metaNames(rules)];
  const rowsOfChanges = changes.map((change) => selectChange(input, change)).join('\nUNION ALL\n');
  const list = (prefix = ''): string => written.map((name) => prefix + quote(name)).join(', ');
  return [
    `MERGE INTO ${table} AS _target`,
    `USING (\n${input.settle(rowsOfChanges)}\n) AS _changes`,
    `ON ${of('_target', scdId)} = ${of('_changes', closes)} AND ${of('_target', validTo)} IS NOT DISTINCT FROM ${of('_changes', closesUntil)}`,
    `WHEN MATCHED THEN UPDATE SET ${quote(validTo)} = ${of('_changes', endsAt)}`,
    `WHEN NOT MATCHED AND ${of('_changes', closes)} IS NULL THEN INSERT (${list()}) VALUES (${list('_changes.')})`,
  ].join('\n');
}

/** A question to the rows: what is wrong, and a text that shows where, for each row that is wrong. */
function complain(problem: string, place: string, from: string): string {
  const text = `'${problem.replaceAll("'", "''")}'`;
  return `SELECT CAST(${text} AS varchar) AS problem, CAST(${place} AS varchar) AS place\n${from}`;
}

function shownKey(row: string, key: readonly string[]): string {
  return key
    .map((name) => `coalesce(CAST(${of(row, name)} AS varchar), 'NULL')`)
    .join(` || ', ' || `);
}

function repeated(key: readonly string[], from: string): string {
  const columns = key.map((name) => of('_each', name));
  const known = columns.map((column) => `${column} IS NOT NULL`).join(' AND ');
  return `FROM (\nSELECT ${columns.join(', ')}\nFROM ${from} AS _each\nWHERE ${known}\nGROUP BY ${columns.join(', ')}\nHAVING count(*) > 1\n) AS _each`;
}

/** Returns the query of what makes it impossible to keep the rows; none is right. */
export function findProblems(input: SnapshotSqlInput): string {
  const { rules, key, rows } = input;
  const shown = key.join(', ');
  const { updatedAt } = rules;
  return [
    complain(
      `the unique_key (${shown}) of a row is NULL`,
      shownKey('_row', key),
      `FROM ${rows} AS _row\nWHERE ${key.map((name) => `${of('_row', name)} IS NULL`).join(' OR ')}`,
    ),
    complain(
      `several rows have the same unique_key (${shown})`,
      shownKey('_each', key),
      repeated(key, rows),
    ),
    ...(updatedAt === null
      ? []
      : [
          complain(
            `the updated_at (${updatedAt}) of a row is NULL`,
            shownKey('_row', key),
            `FROM ${rows} AS _row\nWHERE ${of('_row', updatedAt)} IS NULL`,
          ),
        ]),
  ].join('\nUNION ALL\n');
}

/** Returns the query of what is wrong with the table that is there, besides. */
export function findTableProblems(input: SnapshotChangeInput): string {
  const { rules, key, table } = input;
  const { validFrom } = rules.columns;
  return [
    complain(
      `several rows of the table are valid now for the same unique_key (${key.join(', ')})`,
      shownKey('_each', key),
      repeated(key, `(\n${currentRows(input)}\n)`),
    ),
    ...(rules.updatedAt === null
      ? [
          complain(
            'a row of the table is valid only from after this run began, so that a clock is wrong',
            of('_row', validFrom),
            `FROM ${table} AS _row\nWHERE ${of('_row', validFrom)} > ${nowSql(input)}`,
          ),
        ]
      : []),
  ].join('\nUNION ALL\n');
}

/** A relation as `information_schema` names it. */
export interface NamedTable {
  readonly schema: string;
  readonly identifier: string;
}

/**
 * Returns the query of columns that the rows have and a plan does not know of: a table that is read may have got some since
 * the warehouse was looked at, and they would be lost.
 */
export function findUnknownColumns(names: readonly string[], rows: NamedTable): string {
  const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
  return [
    complain(
      'the query returns a column that was not known when the run began, and that the next run keeps',
      'column_name',
      'FROM information_schema.columns',
    ),
    `WHERE table_schema = ${text(rows.schema)} AND table_name = ${text(rows.identifier)}`,
    `  AND lower(column_name) NOT IN (${names.map((name) => text(name.toLowerCase())).join(', ')})`,
  ].join('\n');
}

/**
 * Returns the query of columns whose type in the rows is another than in the table, for columns of which nothing is known
 * before: an engine might cast values and lose some of what they say.
 */
export function findTypeProblems(
  names: readonly string[],
  { rows, table }: { readonly rows: NamedTable; readonly table: NamedTable },
): string {
  const text = (value: string): string => `'${value.toLowerCase().replaceAll("'", "''")}'`;
  const columnsOf = ({ schema, identifier }: NamedTable): string =>
    `(\nSELECT lower(column_name) AS name, lower(data_type) AS type\nFROM information_schema.columns\nWHERE lower(table_schema) = ${text(schema)} AND lower(table_name) = ${text(identifier)}\n)`;
  return [
    `SELECT CAST('a column has another type in the query than in the table' AS varchar) AS problem,`,
    `  CAST(_row.name || ' is ' || _row.type || ', not ' || _old.type AS varchar) AS place`,
    `FROM ${columnsOf(rows)} AS _row`,
    `JOIN ${columnsOf(table)} AS _old ON _old.name = _row.name`,
    `WHERE _row.type <> _old.type AND _row.name IN (${names.map(text).join(', ')})`,
  ].join('\n');
}
