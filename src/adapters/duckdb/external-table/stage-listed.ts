import type { EngineFailure, EngineResult } from '../../../core/adapter.js';
import { errorDiagnostic } from '../../../core/diagnostic.js';
import type { ExternalTable } from '../../../core/external-table.js';
import type { Connection } from '../connection.js';
import { quoteName, quoteText, quoteTexts } from '../quote.js';
import { duckDbType } from '../types/duckdb-type.js';
import { convertPartition } from './convert-text.js';
import type { FilePartitions } from './file-partitions.js';
import { scanLines } from './landing-lines.js';
import {
  isVisible,
  readAnyJson,
  type LandingColumn,
  type LandingFile,
  type LandingLocation,
} from './landing-view.js';
import { readDelimited } from './read-delimited.js';
import { readParquetFiles } from './read-parquet.js';

/** An external table whose files were listed, and how to read them. */
export interface ListedTable {
  readonly table: ExternalTable;
  /** All columns, those of partitions last. */
  readonly columns: readonly LandingColumn[];
  readonly location: LandingLocation;
  /** All files below the location that count. */
  readonly files: readonly LandingFile[];
  readonly partitions: FilePartitions;
  readonly displayPath: (path: string) => string;
}

/** A file of the table, with the values of its partition. */
interface PartitionedFile {
  readonly path: string;
  readonly values: readonly (string | null)[];
}

function unreadable(
  path: string,
  message: string,
  hint: string,
): { readonly ok: false; readonly failure: EngineFailure } {
  const diagnostic = errorDiagnostic('landing-unreadable', `landing file ${path}: ${message}`, {
    location: { path },
    hint,
  });
  return { ok: false, failure: { diagnostic, statement: '', cancelled: false } };
}
const otherCodecs = /\.(bz2|deflate|lz4|lzo|snappy|zst|zip|xz)$/i;

/** Returns what is wrong with files of lines that DuckDB would read in another way than Athena. */
async function checkLines(
  { displayPath }: ListedTable,
  files: readonly PartitionedFile[],
): Promise<EngineResult<undefined>> {
  for (const { path } of files) {
    const shown = displayPath(path);
    const [codec] = otherCodecs.exec(path) ?? [];
    if (codec !== undefined) {
      const message = `the compression ${codec} is not read here`;
      return unreadable(shown, message, 'unpack the file, or pack it with gzip');
    }
    const ends = await scanLines(path);
    if (ends === 'damaged') {
      const message = 'the gzip file is cut off or damaged';
      return unreadable(
        shown,
        message,
        'bring the file in again; what could be read of it would not be all',
      );
    }
    if (ends === 'mixed') {
      const message = 'its lines do not all end in the same way, LF or CR LF';
      return unreadable(shown, message, "make them end alike, for instance with 'dos2unix'");
    }
  }
  return { ok: true, value: undefined };
}

async function readFiles(
  connection: Connection,
  listed: ListedTable,
  { files, columns }: { files: readonly PartitionedFile[]; columns: readonly LandingColumn[] },
  signal: AbortSignal,
): Promise<EngineResult<string>> {
  const { table, displayPath } = listed;
  const paths = files.map(({ path }) => path);
  if (table.format === 'parquet') {
    return readParquetFiles(connection, { columns, paths, displayPath }, signal);
  }
  const checked = await checkLines(listed, files);
  if (!checked.ok) return checked;
  return {
    ok: true,
    value:
      table.format === 'json'
        ? readAnyJson(quoteTexts(paths), columns)
        : readDelimited(table, columns, paths),
  };
}

/** Returns SQL that is true, or stops the query if files came, went or changed since they were listed. */
function unchangedFiles({ location, files }: ListedTable): string {
  const known =
    files.length === 0
      ? `select null::varchar as known_path, 0 as known_size, 0 as known_modified where false`
      : `values ${files.map(({ path, sizeBytes, modifiedS }) => `(${quoteText(path)}, ${sizeBytes}, ${modifiedS})`).join(', ')}`;
  const complaint = (path: string, what: string): string =>
    `error('landing file ''' || ${path} || ''' ${what}')`;
  return `(select coalesce(bool_and(case
  when known_path is null then ${complaint('filename', 'arrived after the landing model was built')}
  when filename is null then ${complaint('known_path', 'is gone since the landing model was built')}
  when size <> known_size or modified <> known_modified then ${complaint('filename', 'changed after the landing model was built')}
  else true end), true)
from (select filename, size, epoch(last_modified)::bigint as modified from read_blob(${quoteText(location.pattern)}) where ${isVisible(location)})
full join (${known}) known(known_path, known_size, known_modified) on filename = known_path)`;
}

/**
 * Returns the query over the files of an external table that were there when it was built. A reader that finds other files
 * there fails, and is told to build the model again. Failures: `landing-unreadable`.
 */
export async function listedQuery(
  connection: Connection,
  listed: ListedTable,
  signal: AbortSignal,
): Promise<EngineResult<{ readonly sql: string; readonly fileCount: number }>> {
  const { table, columns, partitions } = listed;
  const files = listed.files.flatMap(({ path }): readonly PartitionedFile[] => {
    const values = partitions.match(path);
    return values === undefined ? [] : [{ path, values }];
  });
  const keys = columns.slice(columns.length - table.partitions.length);
  const others = columns.slice(0, columns.length - table.partitions.length);
  const guard = `where ${unchangedFiles(listed)}`;
  if (files.length === 0) {
    const nulls = columns.map(
      ({ name, type }) => `cast(null as ${duckDbType(type) ?? 'VARCHAR'}) as ${quoteName(name)}`,
    );
    const sql = `select ${nulls.join(', ')}\nwhere not ${unchangedFiles(listed)}`;
    return { ok: true, value: { sql, fileCount: 0 } };
  }
  const read = await readFiles(connection, listed, { files, columns: others }, signal);
  if (!read.ok) return read;
  const names = others.map(({ name }) => `content.${quoteName(name)}`);
  if (keys.length === 0) {
    const sql = `select ${names.join(', ')}\nfrom (${read.value}) as content\n${guard}`;
    return { ok: true, value: { sql, fileCount: files.length } };
  }
  const rows = files.map(({ path, values }) =>
    [path, ...values].map((each) => (each === null ? 'null::varchar' : quoteText(each))).join(', '),
  );
  const values = keys.map(
    ({ name, type }, index) =>
      `${convertPartition(`v${index}`, type, { file: 'path', column: name })} as ${quoteName(name)}`,
  );
  const known = `select path, ${values.join(', ')} from (values ${rows.map((row) => `(${row})`).join(', ')}) as known(path, ${keys.map((_, index) => `v${index}`).join(', ')})`;
  const keyNames = keys.map(({ name }) => `folders.${quoteName(name)}`);
  const sql = `select ${[...names, ...keyNames].join(', ')}\nfrom (${read.value}) as content\njoin (${known}) as folders on content.file = folders.path\n${guard}`;
  return { ok: true, value: { sql, fileCount: files.length } };
}
