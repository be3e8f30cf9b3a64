import type { QueryRows } from '../../core/adapter.js';
import type { Redactor } from '../redact.js';
import { toPrintableLine } from '../text/printable.js';
import { createStyle } from '../text/style.js';
import { padEndToWidth, padStartToWidth, textWidth, truncateToWidth } from '../text/width.js';

/** How rows are printed. `maxWidth` is in terminal columns; `null` prints every value in full. */
export interface TableFormat {
  readonly color: boolean;
  readonly maxWidth: number | null;
  readonly redact: Redactor;
}

/** What stands for a null; dimmed on a colour terminal, where it differs from the string. */
const nullText = 'NULL';

/** The narrowest a column gets when a table is made to fit. */
const minColumnWidth = 6;

const numericType = /^(u?(tiny|small|big|huge)?int(eger)?|decimal|numeric|real|double|float)\b/iu;

function formatCell(value: unknown, redact: Redactor): string {
  if (value === null || value === undefined) return nullText;
  // Secrets go before a value is cut to its column, or a part of one would show.
  if (typeof value === 'string') return toPrintableLine(redact.text(value));
  return toPrintableLine(redact.json(value));
}

/**
 * Returns the width of each column so that all together take at most `available` columns: the widest give way first,
 * none below `minColumnWidth`.
 */
function fitWidths(natural: readonly number[], available: number): readonly number[] {
  const total = natural.reduce((sum, width) => sum + width, 0);
  if (total <= available) return natural;
  const ascending = [...natural].sort((a, b) => a - b);
  let room = available;
  let cap = 0;
  for (const [index, width] of ascending.entries()) {
    cap = Math.floor(room / (ascending.length - index));
    if (width > cap) break;
    room -= width;
  }
  const limit = Math.max(cap, minColumnWidth);
  return natural.map((width) => Math.min(width, limit));
}

/**
 * Returns rows as a table of aligned columns, one line a row, without a line feed at the end; numbers stand to the right,
 * nulls read `NULL`, line feeds inside values `↵`. The form is Markdown's, so that it can be pasted into a review.
 */
export function formatTable(rows: QueryRows, format: TableFormat): string {
  const { color, maxWidth, redact } = format;
  const style = createStyle({ color });
  const header = rows.columns.map((column) => toPrintableLine(redact.text(column.name)));
  const body = rows.rows.map((row) => row.map((value) => formatCell(value, redact)));
  const natural = header.map((name, index) =>
    body.reduce(
      (widest, row) => Math.max(widest, textWidth(row[index] ?? '')),
      Math.max(1, textWidth(name)),
    ),
  );
  // Each column is framed by `| ` and ` `, the last line end by `|`.
  const widths =
    maxWidth === null ? natural : fitWidths(natural, maxWidth - 3 * natural.length - 1);

  const numeric = rows.columns.map((column) => numericType.test(column.type));
  const align = (text: string, index: number): string => {
    const width = widths[index] ?? 0;
    const fitted = truncateToWidth(text, width);
    return numeric[index] ? padStartToWidth(fitted, width) : padEndToWidth(fitted, width);
  };
  const frame = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = widths.map((width, index) =>
    numeric[index] && width > 1 ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  return [
    frame(header.map((name, index) => style.bold(align(name, index)))),
    frame(rule),
    ...body.map((cells, rowIndex) =>
      frame(
        cells.map((cell, index) =>
          rows.rows[rowIndex]?.[index] == null ? style.dim(align(cell, index)) : align(cell, index),
        ),
      ),
    ),
  ].join('\n');
}

/**
 * Returns rows as objects keyed by column name. Where a query returns one name twice, the later ones get `:1`, `:2`, so
 * that no value is lost.
 */
export function toRowObjects(rows: QueryRows): readonly Readonly<Record<string, unknown>>[] {
  const seen = new Map<string, number>();
  const names = rows.columns.map(({ name }) => {
    const earlier = seen.get(name) ?? 0;
    seen.set(name, earlier + 1);
    return earlier === 0 ? name : `${name}:${earlier}`;
  });
  return rows.rows.map((row) =>
    Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])),
  );
}
