import type { NativeSql, TypedColumn } from '../core/adapter.js';
import type { CompiledNode } from '../core/compiled-node.js';
import { errorDiagnostic } from '../core/diagnostic.js';
import type { SeedColumn, SeedNode } from '../core/node.js';
import { failure, success, type Result } from '../core/result.js';
import { formatType, type SqlType } from '../core/sql-type.js';
import type { CompileOptions } from './compile-options.js';
import { quoteName, quoteText } from './quote-sql.js';

/** The CTE with a seed's rows, each value a text; its columns are c1, c2… */
const rowsName = 'seed_rows';
const varchar: SqlType = { kind: 'varchar' };

/** What statements around a query take: CREATE TABLE with its properties, or INSERT. */
const surroundingBytes = 16 * 1024;
/** Statements run one after another; with more of them a seed takes minutes. */
const mostStatements = 64;

/** Returns the columns of a seed's table. */
export function seedColumns({ table }: SeedNode): readonly TypedColumn[] {
  return table.columns;
}

/** Returns the query that gives the rows their types, in the author's dialect. */
function castRows(columns: readonly SeedColumn[], isEmpty: boolean, native?: NativeSql): string {
  const typeOf = ({ type, nativeType }: SeedColumn): string =>
    nativeType ?? native?.writeType(type) ?? formatType(type);
  const casts = columns.map(
    (column, index) => `  CAST(c${index + 1} AS ${typeOf(column)}) AS ${quoteName(column.name)}`,
  );
  return `SELECT\n${casts.join(',\n')}\nFROM ${rowsName}${isEmpty ? '\nWHERE false' : ''}`;
}

/** NULL alone has no type, so the first row of each statement says it. */
function formatRow(values: readonly (string | null)[], isFirst: boolean): string {
  const texts = values.map((value) =>
    value === null ? (isFirst ? 'CAST(NULL AS varchar)' : 'NULL') : quoteText(value),
  );
  return `(${texts.join(', ')})`;
}

function toValues(rows: readonly string[]): string {
  return `VALUES\n${rows.join(',\n')}`;
}

/** Returns how many bytes a text has in UTF-8. */
function countBytes(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) bytes += 1;
    // Half of a pair, whose two halves are four bytes.
    if (code > 0x7ff && (code < 0xd800 || code > 0xdfff)) bytes += 1;
  }
  return bytes;
}

/** Returns the rows as they stand behind VALUES, in as many parts as the room for one asks for. */
function splitRows(
  rows: readonly (readonly (string | null)[])[],
  room: number,
): { readonly parts: readonly string[]; readonly largestRow: number } {
  const parts: string[] = [];
  let part: string[] = [];
  let bytes = 0;
  let largestRow = 0;
  const isBounded = Number.isFinite(room);
  for (const row of rows) {
    let text = formatRow(row, part.length === 0);
    let size = isBounded ? countBytes(text) + 2 : 0;
    if (part.length > 0 && bytes + size > room) {
      parts.push(toValues(part));
      part = [];
      bytes = 0;
      text = formatRow(row, true);
      size = countBytes(text) + 2;
    }
    part.push(text);
    bytes += size;
    largestRow = Math.max(largestRow, size);
  }
  if (part.length > 0) parts.push(toValues(part));
  return { parts, largestRow };
}

function listNames(columns: readonly SeedColumn[]): string {
  return columns.map((_, index) => `c${index + 1}`).join(', ');
}

/** Returns all rows of a seed as one query in the author's dialect, as a template that holds nothing to render. */
export function seedTemplate({ table: { columns, rows } }: SeedNode, native?: NativeSql): string {
  const [first = columns.map(() => null), ...others] = rows;
  const values = toValues([formatRow(first, true), ...others.map((row) => formatRow(row, false))]);
  const query = `WITH ${rowsName} (${listNames(columns)}) AS (\n${values}\n)\n${castRows(columns, rows.length === 0, native)}`;
  return `{% raw %}${query.replaceAll('{%', "{' || '%")}{% endraw %}`;
}

/**
 * Returns a seed as queries over its rows: `WITH seed_rows AS (VALUES …) SELECT CAST …`. Only the casts are translated: the
 * rows are texts and NULL, which are written alike everywhere, and may be many. A file that is no table is refused. Diagnostics: those of the dialect's
 * `translate`, and `seed-too-large` for rows that the engine's statements cannot hold.
 */
export function compileSeed(
  node: SeedNode,
  { dialect }: Pick<CompileOptions, 'dialect'>,
): Result<CompiledNode> {
  const { columns, rows } = node.table;
  if (node.broken) {
    const sql = { compiledSql: '', engineSql: '', toSource: () => undefined };
    return success({ node, ...sql, refused: node.broken, diagnostics: [] }, []);
  }
  const location = { path: node.path };
  const translated = dialect.translate(castRows(columns, rows.length === 0, dialect.native), {
    path: node.path,
    tableColumns: () => columns.map((_, index) => ({ name: `c${index + 1}`, type: varchar })),
    storesResult: true,
  });
  if (!translated.ok) {
    return failure(translated.diagnostics.map((each) => ({ ...each, location })));
  }
  const { maxStatementBytes: limit, writers } = dialect;
  const names = listNames(columns);
  const toQuery = (values: string): string =>
    `WITH ${rowsName} (${names}) AS (\n${values}\n)\n${translated.value.sql}`;
  // Statements that store the rows repeat the names of columns around the query.
  const room =
    limit === undefined ? Infinity : limit - surroundingBytes - 3 * countBytes(toQuery(''));
  const filled = rows.length === 0 ? [columns.map(() => null)] : rows;
  const { parts, largestRow } = writers.textRows
    ? { parts: [writers.textRows(filled, columns.length)], largestRow: 0 }
    : splitRows(filled, room);
  if (limit !== undefined && (largestRow > room || parts.length > mostStatements)) {
    const found =
      largestRow > room
        ? `has a row of ${largestRow} bytes`
        : `needs ${parts.length} statements, more than ${mostStatements}`;
    const message = `seed '${node.name}' ${found}; the target takes statements of at most ${limit} bytes`;
    const hint = 'land the file and declare an external_table over it';
    return failure([errorDiagnostic('seed-too-large', message, { location, hint })]);
  }
  const [first = '', ...further] = parts.map(toQuery);
  return success(
    {
      node,
      compiledSql: '',
      engineSql: first,
      ...(further.length > 0 && { furtherSql: further }),
      toSource: () => undefined,
      columns: seedColumns(node),
      diagnostics: [],
    },
    [],
  );
}
