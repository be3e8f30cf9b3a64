import {
  clash,
  convertJson,
  hasClash,
  lookUp,
  recordOf,
} from '../../../src/adapters/duckdb/external-table/convert-json.js';
import { quoteName, quoteText, quoteTexts } from '../../../src/adapters/duckdb/quote.js';
import type { FormatContext } from '../../core/table-format.js';
import { plainPath } from './plain-file.js';
import { fileColumn } from './read-hive-table.js';
import type { ReadTask } from './read-parquet.js';

/**
 * Returns a query of JSON lines, read as the OpenX SerDe means them. Its properties `ignore.malformed.json` (a line that
 * is no JSON object is a row of NULLs) and `mapping.<column>` (the key of a column) are kept.
 */
export async function readJsonFiles(
  { objects }: FormatContext,
  { table, columns, files }: ReadTask,
): Promise<string> {
  const settings = table.StorageDescriptor?.SerdeInfo?.Parameters ?? {};
  const keyOf = (name: string): string => settings[`mapping.${name}`] ?? name;
  const plain = await Promise.all(
    files.map(async (file) => ({ file, path: await plainPath(objects, file) })),
  );
  const known = plain
    .map(
      ({ file, path }) =>
        `(${quoteText(path)}, ${quoteText(file.object.path)}, ${quoteText(file.address)})`,
    )
    .join(', ');
  const ignores = settings['ignore.malformed.json']?.toLowerCase() === 'true';
  const source = `read_json(${quoteTexts(plain.map(({ path }) => path))}, columns = {record: 'MAP(VARCHAR, JSON)'}, \
records = false, format = 'newline_delimited', compression = 'uncompressed', maximum_object_size = 33554432, \
ignore_errors = ${ignores}, filename = 'stedi$plain')`;
  const records = `select stedi_known.file as own, stedi_known.address as file, ${recordOf('record')} as r
from ${source} as stedi_json join (values ${known}) as stedi_known(plain, file, address) on stedi_json."stedi$plain" = stedi_known.plain`;
  const values = columns.map(({ name }, index) => `${lookUp('r', keyOf(name))} as c${index}`);
  const check = `case when ${hasClash(
    'r',
    columns.map(({ name }) => keyOf(name)),
  )} then ${clash('r', { file: 'file', column: '' })} else true end`;
  const items = columns.map(
    ({ name, type }, index) =>
      `${convertJson(`c${index}`, type, { file: 'file', column: name })} as ${quoteName(name)}`,
  );
  return `select ${[...items, `own as ${quoteName(fileColumn)}`].join(', ')}
from (select own, file, ${values.join(', ')} from (${records}) where ${check})`;
}
