import type { QueryRows } from '../core/adapter.js';

/** How two sets of rows differ. */
export type ComparedRows =
  | {
      /** A row for each difference; the first column says which: `→`, `---` or `+++`. */
      readonly differences: QueryRows;
      readonly equalCount: number;
    }
  /** A column of the expected rows that the actual rows do not have. */
  | { readonly missing: string };

type Row = readonly unknown[];

function toText(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function countEqual(left: Row, right: Row): number {
  return left.filter((value, at) => toText(value) === toText(right[at])).length;
}

/**
 * Returns how rows differ from those that are expected, as multisets on the expected columns (`columns`, or all of
 * `expected`'s); names compare without regard to case. A missing and an unexpected row with the most equal values are
 * told as one that differs, each value that does as `expected → actual`.
 */
export function compareRows(
  actual: QueryRows,
  expected: QueryRows,
  { columns }: { readonly columns: readonly string[] | null },
): ComparedRows {
  const names =
    columns ??
    (expected.columns.length > 0 ? expected.columns : actual.columns).map(({ name }) => name);
  const indexIn = (rows: QueryRows, name: string): number =>
    rows.columns.findIndex((column) => column.name.toLowerCase() === name.toLowerCase());
  const missing = names.find((name) => indexIn(actual, name) === -1);
  if (missing !== undefined) return { missing };
  const project = (rows: QueryRows): Row[] => {
    const indexes = names.map((name) => indexIn(rows, name));
    return rows.rows.map((row) => indexes.map((index) => row[index] ?? null));
  };

  const unexpected = project(actual);
  const absent: Row[] = [];
  let equalCount = 0;
  for (const row of project(expected)) {
    const at = unexpected.findIndex((each) => countEqual(each, row) === row.length);
    if (at === -1) absent.push(row);
    else {
      unexpected.splice(at, 1);
      equalCount += 1;
    }
  }

  const told: Row[] = [];
  for (const row of absent) {
    let best = -1;
    let most = 0;
    unexpected.forEach((each, at) => {
      const equal = countEqual(each, row);
      if (equal > most) [best, most] = [at, equal];
    });
    const [other] = best === -1 ? [] : unexpected.splice(best, 1);
    told.push(
      other === undefined
        ? ['---', ...row.map(toText)]
        : ['→', ...row.map((value, at) => describeCell(value, other[at]))],
    );
  }
  told.push(...unexpected.map((row) => ['+++', ...row.map(toText)]));
  const shown = ['', ...names].map((name) => ({ name, type: 'varchar' }));
  return { differences: { columns: shown, rows: told }, equalCount };
}

function describeCell(expected: unknown, actual: unknown): string {
  const [left, right] = [toText(expected), toText(actual)];
  return left === right ? left : `${left} → ${right}`;
}
