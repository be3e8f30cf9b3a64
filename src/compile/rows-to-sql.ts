import type { TypedColumn } from '../core/adapter.js';
import { errorDiagnostic, type SourceLocation } from '../core/diagnostic.js';
import type { JsonValue } from '../core/node.js';
import { failure, success, type Result } from '../core/result.js';
import { formatType, type SqlType } from '../core/sql-type.js';
import { didYouMean } from '../core/suggest.js';
import type { UnitTestRows } from '../core/unit-test.js';
import { quoteName, quoteText } from './quote-sql.js';

/** What is known of the columns that rows are for. */
export interface KnownColumns {
  readonly columns: readonly TypedColumn[];
  /** There are no others. */
  readonly complete: boolean;
}

function toLiteral(value: JsonValue, type: SqlType | undefined): string {
  const known = type === undefined || type.kind === 'any' || type.kind === 'unknown' ? null : type;
  if (value === null) return known === null ? 'null' : `cast(null as ${formatType(known)})`;
  if (typeof value === 'object') {
    const json = `json_parse(${quoteText(JSON.stringify(value))})`;
    return known === null ? json : `cast(${json} as ${formatType(known)})`;
  }
  if (known !== null) return `cast(${quoteText(String(value))} as ${formatType(known)})`;
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
  }: {
    readonly known: KnownColumns;
    /** Whether the columns that are not named stand in the query as well. */
    readonly all: boolean;
    readonly location: SourceLocation;
    readonly what: string;
  },
): Result<string> {
  if (rows.format === 'sql') return success(rows.sql);
  const typed = known.columns.flatMap(({ name, type }) =>
    name === undefined ? [] : [{ name, type }],
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
  const columns: readonly { readonly name: string; readonly type?: SqlType }[] = [
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
      ({ name, type }) =>
        `${toLiteral(lower.get(name.toLowerCase()) ?? null, type)} as ${quoteName(name)}`,
    );
    return `select ${values.join(', ')}`;
  };
  if (rows.rows.length === 0) return success(`${select({})} where false`);
  return success(rows.rows.map(select).join('\nunion all\n'));
}
