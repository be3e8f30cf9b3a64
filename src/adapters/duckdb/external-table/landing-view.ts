import type { SqlType } from '../../../core/sql-type.js';
import { quoteName, quoteText, quoteTexts } from '../quote.js';
import { duckDbType } from '../types/duckdb-type.js';
import { clash, convertJson, hasClash, lookUp, recordOf } from './convert-json.js';

/** A declared column. */
export interface LandingColumn {
  readonly name: string;
  readonly type: SqlType;
}

/** A file below the location, as it was when it was looked at. */
export interface LandingFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Last change, in whole seconds since 1970. */
  readonly modifiedS: number;
}

/**
 * How a column is read in files that were surveyed. `native`: DuckDB's own conversion is right for all values of these
 * files. `text`: the value is converted by `convertJson`. `null`: no record has the key.
 */
export type ColumnReading = { readonly key: string; readonly form: 'native' | 'text' } | null;

/** Surveyed files that are read in one way, a column's reading for each declared column. */
export interface PlainFiles {
  readonly readings: readonly ColumnReading[];
  readonly files: readonly LandingFile[];
}

/** Where the files of an external table are. */
export interface LandingLocation {
  /** The folder, or the single file. */
  readonly path: string;
  /** DuckDB's pattern for all files, `/data/customer/**`; for a single file its path. */
  readonly pattern: string;
  /** The folder that the pattern begins with; `null` for a single file. */
  readonly folder: string | null;
}

const lines = `format = 'newline_delimited'`;
/** The name that read_json gives the column with the file; only this name lets DuckDB leave out files before reading. */
const fileColumn = 'filename';

/** Returns a path as DuckDB's globs read it literally. */
export function escapeGlob(path: string): string {
  return path.replace(/[[*?]/g, '[$&]');
}

/** Returns SQL that is true for files that count: those whose path has no part that begins with `.` or `_`, as on Athena. */
export function isVisible({ folder }: LandingLocation): string {
  return folder === null
    ? 'true'
    : `not regexp_matches(replace(${fileColumn}, ${quoteText(`${folder}/`)}, ''), '(^|/)[._]')`;
}

/** Returns SQL that reads every record as one JSON map, whatever its keys are. */
export function readRecords(source: string): string {
  return `read_json(${source}, columns = {record: 'MAP(VARCHAR, JSON)'}, records = false, ${lines}, ${fileColumn} = true)`;
}

/** Returns SQL that reads the given keys as columns of the given DuckDB types. */
export function readKeys(source: string, types: Readonly<Record<string, string>>): string {
  const columns = Object.entries(types).map(
    ([key, type]) => `${quoteName(key)}: ${quoteText(type)}`,
  );
  return `read_json(${source}, columns = {${columns.join(', ')}}, records = true, ${lines}, ${fileColumn} = true)`;
}

function typeOf({ type }: LandingColumn): string {
  return duckDbType(type) ?? 'VARCHAR';
}

/** Returns a query of the columns over `source`, whose columns `c0`, `c1`… hold the raw JSON texts, and `file`. */
function convertAll(
  source: string,
  columns: readonly LandingColumn[],
  {
    readings,
    keepsFile = false,
  }: { readonly readings?: readonly ColumnReading[]; readonly keepsFile?: boolean } = {},
): string {
  const items = columns.map((column, index) => {
    const raw = `c${index}`;
    const reading = readings?.[index];
    const value =
      reading === null
        ? `cast(null as ${typeOf(column)})`
        : reading?.form === 'native'
          ? raw
          : convertJson(raw, column.type, { file: 'file', column: column.name });
    return `${value} as ${quoteName(column.name)}`;
  });
  return `select ${[...items, ...(keepsFile ? ['file'] : [])].join(',\n  ')}\nfrom (${source})`;
}

/** Returns the query of files whose keys and values are known from a survey. */
function readPlain(
  { readings, files }: PlainFiles,
  location: LandingLocation,
  columns: readonly LandingColumn[],
): string {
  const types: Record<string, string> = {};
  const items = [`${fileColumn} as file`];
  readings.forEach((reading, index) => {
    const column = columns[index];
    if (reading === null || column === undefined) return;
    const native = reading.form === 'native';
    types[reading.key] = native ? typeOf(column) : 'JSON';
    items.push(`${quoteName(reading.key)}${native ? '' : '::varchar'} as c${index}`);
  });
  const known = `list_contains(${quoteTexts(files.map(({ path }) => path))}, ${fileColumn})`;
  const source = `select ${items.join(', ')}\nfrom ${readKeys(quoteText(location.pattern), types)}\nwhere ${known}`;
  return convertAll(source, columns, { readings });
}

/** Returns the query of records that `readRecords` gives as `record`, with the file: right for any keys and any value. */
function readAnyRecords(
  records: string,
  columns: readonly LandingColumn[],
  options: { readonly keepsFile?: boolean } = {},
): string {
  const read = `select ${fileColumn} as file, ${recordOf('record')} as r\nfrom ${records}`;
  const values = columns.map(({ name }, index) => `${lookUp('r', name)} as c${index}`);
  const names = columns.map(({ name }) => name);
  const check = `case when ${hasClash('r', names)} then ${clash('r', { file: 'file', column: '' })} else true end`;
  const source = `select ${['file', ...values].join(', ')}\nfrom (${read})\nwhere ${check}`;
  return convertAll(source, columns, options);
}

/** Returns a query of files of JSON lines, which `source` names: the declared columns and `file`. */
export function readAnyJson(source: string, columns: readonly LandingColumn[]): string {
  return readAnyRecords(readRecords(source), columns, { keepsFile: true });
}

/** Returns the query of all other files, right for any spelling of the keys and any value. */
function readAny(
  plain: readonly LandingFile[],
  location: LandingLocation,
  columns: readonly LandingColumn[],
): string {
  const unknown = `${isVisible(location)} and not list_contains(${quoteTexts(plain.map(({ path }) => path))}::varchar[], ${fileColumn})`;
  return readAnyRecords(`${readRecords(quoteText(location.pattern))}\nwhere ${unknown}`, columns);
}

/** Returns SQL that is true, or stops the query if one of the surveyed files is no longer what it was. */
function unchanged(files: readonly LandingFile[], location: LandingLocation): string {
  const known = files.map(
    ({ path, sizeBytes, modifiedS }) => `(${quoteText(path)}, ${sizeBytes}, ${modifiedS})`,
  );
  const same = `size = known_size and epoch(last_modified)::bigint = known_modified`;
  const complaint = `error('landing file ''' || ${fileColumn} || ''' changed after the landing model was built')`;
  return `(select coalesce(bool_and(case when ${same} then true else ${complaint} end), true)
from read_blob(${quoteText(location.pattern)}) join (values ${known.join(', ')}) known(known_path, known_size, known_modified) on ${fileColumn} = known_path)`;
}

/** Returns the query of an external table without any file: no rows, until files arrive, which it says. */
function readNothing(location: LandingLocation, columns: readonly LandingColumn[]): string {
  const nulls = columns.map(
    (column) => `cast(null as ${typeOf(column)}) as ${quoteName(column.name)}`,
  );
  const folder = location.folder ?? location.pattern;
  const complaint = `error(${quoteText(`landing files arrived after the landing model was built over nothing, in '${folder}'`)})`;
  return `select ${nulls.join(', ')}
where (select case when count(*) > 0 then ${complaint} else false end
from read_blob(${quoteText(location.pattern)}) where ${isVisible(location)})`;
}

/**
 * Returns the query over the files of an external table, columns in declared order. Surveyed files are read by DuckDB's
 * own JSON reader at its full speed; files that came later, or were not plain, by a slower way that makes no assumption.
 */
export function landingQuery(
  location: LandingLocation,
  columns: readonly LandingColumn[],
  { plain, isEmpty }: { readonly plain: readonly PlainFiles[]; readonly isEmpty: boolean },
): string {
  if (isEmpty) return readNothing(location, columns);
  const files = plain.flatMap((group) => group.files);
  const branches = [
    ...plain.map((group) => readPlain(group, location, columns)),
    readAny(files, location, columns),
  ];
  const guard = files.length === 0 ? '' : `\nwhere ${unchanged(files, location)}`;
  const names = columns.map(({ name }) => quoteName(name)).join(', ');
  return `select ${names}\nfrom (${branches.join('\nunion all\n')})${guard}`;
}
