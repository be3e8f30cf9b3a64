import type { AddedCtes } from './sql-toolkit.js';
import { indexLines } from './text-position.js';

/** Returns `sql` with a text put in at an offset in UTF-16 code units, and the way back. */
export function insertText(
  sql: string,
  { at, text }: { readonly at: number; readonly text: string },
): AddedCtes {
  const added = sql.slice(0, at) + text + sql.slice(at);
  const addedLines = indexLines(added);
  const lines = indexLines(sql);
  return {
    sql: added,
    toOriginal(line, column) {
      const offset = addedLines.offsetOf({ line, column });
      if (offset < at) return lines.locate(offset);
      if (offset < at + text.length) return undefined;
      return lines.locate(offset - text.length);
    },
  };
}
