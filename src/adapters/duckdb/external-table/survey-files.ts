import { quoteName, quoteTexts } from '../quote.js';
import type { EngineResult } from '../../../core/adapter.js';
import type { Connection } from '../connection.js';
import {
  escapeGlob,
  readKeys,
  readRecords,
  type ColumnReading,
  type LandingColumn,
  type LandingFile,
  type PlainFiles,
} from './landing-view.js';

const integers: readonly string[] = ['tinyint', 'smallint', 'integer', 'bigint'];
const floats: readonly string[] = ['real', 'double'];

/** Whether DuckDB's own conversion may be right for the type, depending on the values. */
function isNumeric({ type }: LandingColumn): boolean {
  return integers.includes(type.kind) || floats.includes(type.kind);
}

/** Whether DuckDB's own conversion is right for all values. */
function isText({ type }: LandingColumn): boolean {
  return type.kind === 'varchar' && type.length === undefined;
}

/** Returns SQL that is true if a column's JSON texts, of all records, are numbers that DuckDB reads as they are meant. */
function readsNatively(column: LandingColumn, key: string): string {
  const text = `${quoteName(key)}::varchar`;
  // As text, numbers lie between '-' and ':'; strings, true, null, NaN, objects and lists do not.
  const numbers = `coalesce(min(${text}) >= '-' and max(${text}) < ':', true)`;
  const fractions = `coalesce(bool_or(contains(${text}, '.') or contains(${text}, 'e') or contains(${text}, 'E')), false)`;
  return integers.includes(column.type.kind) ? `${numbers} and not ${fractions}` : numbers;
}

/** Returns the key of each column among `keys`; `undefined` if two keys match one column. */
function matchKeys(
  keys: readonly string[],
  columns: readonly LandingColumn[],
): readonly (string | null)[] | undefined {
  const matches = columns.map(({ name }) =>
    keys.filter((key) => key.toLowerCase() === name.toLowerCase()),
  );
  return matches.some((each) => each.length > 1) ? undefined : matches.map(([key]) => key ?? null);
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): readonly Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

/** Returns the groups with those of equal readings put together. */
export function mergeGroups(groups: readonly PlainFiles[]): readonly PlainFiles[] {
  return groupBy(groups, ({ readings }) => JSON.stringify(readings)).map((equal) => ({
    readings: equal[0]?.readings ?? [],
    files: equal.flatMap(({ files }) => files),
  }));
}

/**
 * Reads the files once or twice and returns those that DuckDB's own JSON reader reads as Athena would, in groups that
 * are read alike: files that spell each column's key in one way. The others are left out.
 * Failures: `landing-unreadable` for a malformed line.
 */
export async function surveyFiles(
  connection: Connection,
  files: readonly LandingFile[],
  columns: readonly LandingColumn[],
  signal: AbortSignal,
): Promise<EngineResult<readonly PlainFiles[]>> {
  // The reader's own column with the file's name would clash.
  const names = columns.map(({ name }) => name.toLowerCase());
  if (files.length === 0 || names.includes('filename')) return { ok: true, value: [] };

  const source = quoteTexts(files.map(({ path }) => escapeGlob(path)));
  const spellings = await connection.query(
    `select filename, list(distinct key) from (
  select filename, unnest(keys) as key from (select distinct filename, map_keys(record) as keys from ${readRecords(source)})
) group by filename order by filename`,
    { limit: null, signal },
  );
  if (!spellings.ok) return spellings;
  const byPath = new Map(files.map((file) => [file.path, file]));
  const matched = spellings.value.rows.flatMap(([path, keys]) => {
    const file = byPath.get(String(path));
    const matches = matchKeys(keys as readonly string[], columns);
    // Without any key that matches there is nothing for the reader to read.
    if (file === undefined || matches?.some((key) => key !== null) !== true) return [];
    return [{ file, keys: matches }];
  });

  const plain: PlainFiles[] = [];
  for (const group of groupBy(matched, ({ keys }) => JSON.stringify(keys))) {
    const result = await readShapes(
      connection,
      { files: group.map(({ file }) => file), keys: group[0]?.keys ?? [], columns },
      signal,
    );
    if (!result.ok) return result;
    plain.push(...result.value);
  }
  return { ok: true, value: plain };
}

/** Looks at the values of files that spell their keys alike. */
async function readShapes(
  connection: Connection,
  {
    files,
    keys,
    columns,
  }: {
    readonly files: readonly LandingFile[];
    readonly keys: readonly (string | null)[];
    readonly columns: readonly LandingColumn[];
  },
  signal: AbortSignal,
): Promise<EngineResult<readonly PlainFiles[]>> {
  const numeric = columns.flatMap((column, index) => {
    const key = keys[index];
    return key != null && isNumeric(column) ? [{ column, index, key }] : [];
  });
  const readingsOf = (natives: ReadonlySet<number>): readonly ColumnReading[] =>
    columns.map((column, index) => {
      const key = keys[index];
      if (key == null) return null;
      return { key, form: isText(column) || natives.has(index) ? 'native' : 'text' };
    });
  if (numeric.length === 0) {
    return { ok: true, value: [{ readings: readingsOf(new Set()), files }] };
  }

  const source = quoteTexts(files.map(({ path }) => escapeGlob(path)));
  const types = Object.fromEntries(numeric.map(({ key }) => [key, 'JSON']));
  const checks = numeric.map(({ column, key }) => readsNatively(column, key));
  const shapes = await connection.query(
    `select filename, ${checks.join(', ')} from ${readKeys(source, types)} group by filename order by filename`,
    { limit: null, signal },
  );
  if (!shapes.ok) return shapes;
  const byPath = new Map(files.map((file) => [file.path, file]));
  const read = shapes.value.rows.flatMap(([path, ...natively]) => {
    const file = byPath.get(String(path));
    const natives = new Set(
      numeric.flatMap(({ index }, at) => (natively[at] === true ? [index] : [])),
    );
    return file === undefined ? [] : [{ file, readings: readingsOf(natives) }];
  });
  return {
    ok: true,
    value: mergeGroups(read.map(({ file, readings }) => ({ readings, files: [file] }))),
  };
}
