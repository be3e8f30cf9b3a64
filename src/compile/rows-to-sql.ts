import type { NativeSql, TypedColumn } from '../core/adapter.js';
import { errorDiagnostic, type SourceLocation } from '../core/diagnostic.js';
import type { JsonValue } from '../core/node.js';
import { failure, success, type Result } from '../core/result.js';
import { formatType } from '../core/sql-type.js';
import { didYouMean } from '../core/suggest.js';
import type { UnitTestRows } from '../core/unit-test.js';
import { formatFloat } from './template/number-text.js';
import { quoteName, quoteText } from './quote-sql.js';

/** What is known of the columns that rows are for. */
export interface KnownColumns {
  readonly columns: readonly TypedColumn[];
  /** There are no others. */
  readonly complete: boolean;
}

/** Returns how a cast names a type; `null` where it is not known. */
function nameType(
  { type, nativeType }: Partial<TypedColumn>,
  native: NativeSql | undefined,
): string | null {
  if (native && nativeType !== undefined) return nativeType;
  if (type === undefined || type.kind === 'any' || type.kind === 'unknown') return null;
  return native ? (native.writeType(type) ?? null) : formatType(type);
}

/** Returns a value as Python writes it: `1e-05`, which a column of text keeps. */
function printValue(value: string | number): string {
  return typeof value === 'number' && !Number.isInteger(value) ? formatFloat(value) : String(value);
}

function toLiteral(
  value: JsonValue,
  column: Partial<TypedColumn>,
  native: NativeSql | undefined,
): string {
  const known = nameType(column, native);
  if (value === null) return known === null ? 'null' : `cast(null as ${known})`;
  if (typeof value === 'object') {
    const text = quoteText(JSON.stringify(value));
    const json = native ? native.jsonText(text) : `json_parse(${text})`;
    return known === null ? json : `cast(${json} as ${known})`;
  }
  // As in dbt: `cast(True as integer)` is 1.
  if (known !== null && typeof value === 'boolean') return `cast(${String(value)} as ${known})`;
  if (known !== null && typeof value !== 'boolean')
    return `cast(${quoteText(printValue(value))} as ${known})`;
  return typeof value === 'string' ? quoteText(value) : String(value);
}

/**
 * Returns the query of the rows that a unit test gives or expects, in the author's dialect. With all columns known, those
 * that a row leaves out are null; values take the type of their column. Diagnostics: `test-invalid`.
 */
export function rowsToSql(
  rows: UnitTestRows,
  {
    known,
    all,
    location,
    what,
    native,
  }: {
    readonly known: KnownColumns;
    /** Whether the columns that are not named stand in the query as well. */
    readonly all: boolean;
    readonly location: SourceLocation;
    readonly what: string;
    /** The authors' SQL, where it is not Athena's. */
    readonly native: NativeSql | undefined;
  },
): Result<string> {
  if (rows.format === 'sql') return success(rows.sql);
  const typed = known.columns.flatMap((column) =>
    column.name === undefined ? [] : [{ ...column, name: column.name }],
  );
  const find = (name: string) =>
    typed.find((column) => column.name.toLowerCase() === name.toLowerCase());
  const strangers = known.complete ? rows.columns.filter((name) => find(name) === undefined) : [];
  if (strangers.length > 0) {
    const names = typed.map(({ name }) => name);
    return failure(
      strangers.map((name) =>
        errorDiagnostic('test-invalid', `${what} has no column '${name}'`, {
          location,
          hint: didYouMean(name, names, `the columns are ${names.join(', ')}`),
        }),
      ),
    );
  }
  const unnamed = typed.filter(
    ({ name }) => !rows.columns.some((each) => each.toLowerCase() === name.toLowerCase()),
  );
  const columns: readonly (Partial<TypedColumn> & { readonly name: string })[] = [
    ...rows.columns.map((name) => find(name) ?? { name }),
    ...(all ? unnamed : []),
  ];
  if (columns.length === 0) {
    const message = `${what} has no rows that say what its columns are`;
    const hint = "give at least one row, or 'format: sql'";
    return failure([errorDiagnostic('test-invalid', message, { location, hint })]);
  }
  const select = (row: Readonly<Record<string, JsonValue>>): string => {
    const lower = new Map(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]));
    const values = columns.map(
      (column) =>
        `${toLiteral(lower.get(column.name.toLowerCase()) ?? null, column, native)} as ${quoteName(column.name)}`,
    );
    return `select ${values.join(', ')}`;
  };
  if (rows.rows.length === 0) return success(`${select({})} where false`);
  return success(rows.rows.map(select).join('\nunion all\n'));
}
