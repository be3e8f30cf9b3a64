import { hiveTypeText } from '../hive/hive-type.js';
import { readLocation } from '../hive/location.js';
import type { WriteFormat } from '../hive/storage-formats.js';
import { partitionFolder, writeRows } from '../hive/write-rows.js';
import { emulatorLimitation, userError } from '../errors.js';
import { writtenRows, type Outcome } from '../outcome.js';
import { embeddedText, translateQuery } from '../query/translate-query.js';
import { wholeText } from '../sql/mapped-text.js';
import type { Statement } from '../sql/statement.js';
import { currentDatabase, requireScanLimit, type StatementContext } from '../statement-context.js';
import { formatType } from '../../../src/core/sql-type.js';
import { storedQuery } from './create-table-as.js';

const known = ['format', 'compression', 'compression_level', 'field_delimiter', 'partitioned_by'];

/** UNLOAD (query) TO 's3://…': files only, the folder must be empty. Source: Athena User Guide, unload. */
export async function unload(
  context: StatementContext,
  statement: Extract<Statement, { kind: 'unload' }>,
): Promise<Outcome> {
  const original = context.request.sql;
  const { properties } = statement;
  const unknown = [...properties.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw userError(
      'tableProperty',
      `INVALID_TABLE_PROPERTY: line 1:1: Catalog 'awsdatacatalog' table property '${unknown}' does not exist`,
    );
  }
  const format = String(properties.get('format') ?? 'PARQUET').toUpperCase();
  if (!['PARQUET', 'JSON', 'TEXTFILE'].includes(format)) {
    throw emulatorLimitation(
      `the format ${format} cannot be written; PARQUET, JSON and TEXTFILE can`,
    );
  }
  const folder = readLocation(statement.location);
  if (context.objects.list(folder.bucket, folder.prefix).length > 0) {
    throw userError(
      'path',
      `HIVE_PATH_ALREADY_EXISTS: Target directory already exists: ${statement.location}`,
    );
  }
  const translated = await translateQuery(
    context,
    embeddedText(wholeText(original), statement.query),
    { original, database: currentDatabase(context), storesResult: true },
  );
  requireScanLimit(context);
  const columns = translated.columns.map(({ name = '', type }) => {
    if (hiveTypeText(type) === undefined) {
      throw userError('notSupported', `NOT_SUPPORTED: Unsupported Hive type: ${formatType(type)}`);
    }
    return { name: name.toLowerCase(), type };
  });
  const keys = properties.get('partitioned_by');
  const keyCount = Array.isArray(keys) ? keys.length : 0;
  const partitionColumns = columns.slice(columns.length - keyCount);
  const compression = properties.get('compression');
  const delimiter = properties.get('field_delimiter');
  const written = await writeRows(
    context,
    {
      format: format as WriteFormat,
      columns: columns.slice(0, columns.length - keyCount),
      partitionColumns,
      buckets: 1,
      ...(typeof compression === 'string' && { compression: compression.toUpperCase() }),
      ...(typeof delimiter === 'string' && { fieldDelimiter: delimiter }),
      folderOf: (values) => partitionFolder(folder, partitionColumns, values),
    },
    storedQuery(translated.sql, columns),
  );
  return writtenRows(written.rowCount, written.files);
}
