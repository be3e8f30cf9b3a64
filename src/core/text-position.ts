import type { SourceLocation } from './diagnostic.js';
import type { Span } from './sql-syntax.js';

/** A place in a text; both count from 1, columns in UTF-16 code units. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

/** Finds lines in a text. Lines end at `\n`; a `\r` before it belongs to the line end. */
export interface TextLines {
  /** Returns the place of an offset. */
  locate(offset: number): LineColumn;
  /** Returns the offset of a place; a column past the line's end gives the line's end. */
  offsetOf(place: LineColumn): number;
  /** Returns a line's text without its end. */
  lineText(line: number): string;
}

function findStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Returns an index of the lines of `text`, which is made when a line is asked for: most texts have nothing wrong. */
export function indexLines(text: string): TextLines {
  let found: readonly number[] | undefined;
  const lineStarts = (): readonly number[] => (found ??= findStarts(text));

  const startOf = (line: number): number => lineStarts()[line - 1] ?? text.length;
  const endOf = (line: number): number => {
    const next = lineStarts()[line];
    if (next === undefined) return text.length;
    return text[next - 2] === '\r' ? next - 2 : next - 1;
  };
  return {
    locate(offset) {
      const starts = lineStarts();
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if ((starts[middle] ?? 0) <= offset) low = middle;
        else high = middle - 1;
      }
      return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
    },
    offsetOf: ({ line, column }) =>
      Math.min(startOf(line) + column - 1, Math.max(endOf(line), startOf(line))),
    lineText: (line) => text.slice(startOf(line), Math.max(endOf(line), startOf(line))),
  };
}

/** Returns the location of a span for a diagnostic; the underline stays on the span's first line. */
export function locateSpan(lines: TextLines, path: string, span: Span): SourceLocation {
  const { line, column } = lines.locate(span.start);
  const sourceLine = lines.lineText(line);
  const length = Math.max(1, Math.min(span.end - span.start, sourceLine.length - column + 1));
  return { path, line, column, length, sourceLine };
}
