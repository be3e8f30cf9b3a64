import type { SourceLocation } from '../../core/diagnostic.js';
import { toPrintable } from '../text/printable.js';
import { takeWidth, textWidth, truncateToWidth } from '../text/width.js';

const tabStop = 4;

/** Where an excerpt of a very long line begins: this many columns before the marked place. */
const leadWidth = 30;

/** The marked line of a source file as a terminal shows it. Lengths are terminal columns. */
export interface SourceExcerpt {
  readonly text: string;
  /** Columns before the first caret. */
  readonly caretOffset: number;
  readonly caretCount: number;
}

/** Returns `text` printable, with tabs as spaces up to the next stop; `text` starts `column` columns into its line. */
function expandTabs(text: string, column: number): string {
  let expanded = '';
  for (const [index, part] of toPrintable(text).replaceAll('\n', ' ').split('\t').entries()) {
    if (index > 0) {
      const used = (column + textWidth(expanded)) % tabStop;
      expanded += ' '.repeat(tabStop - used);
    }
    expanded += part;
  }
  return expanded;
}

/**
 * Returns the source line of a location with the columns of its carets, or `undefined` if the location has no source
 * line. A line wider than `maxWidth` columns is cut to the part around the marked place.
 */
export function excerptSource(
  location: SourceLocation,
  maxWidth: number,
): SourceExcerpt | undefined {
  const { sourceLine, column = 1, length = 1 } = location;
  if (sourceLine === undefined || location.line === undefined) return undefined;
  const line = sourceLine.replace(/\r?\n?$/u, '');
  const start = Math.min(Math.max(0, column - 1), line.length);
  const end = Math.min(start + Math.max(1, length), Math.max(line.length, start + 1));

  const before = expandTabs(line.slice(0, start), 0);
  const offset = textWidth(before);
  const marked = expandTabs(line.slice(start, end), offset);
  const after = expandTabs(line.slice(end), offset + textWidth(marked));
  const carets = Math.max(1, textWidth(marked));
  const text = (before + marked + after).trimEnd();
  if (textWidth(text) <= maxWidth) return { text, caretOffset: offset, caretCount: carets };

  const cut = offset + carets < maxWidth ? '' : takeWidth(text, Math.max(0, offset - leadWidth));
  const lead = cut === '' ? '' : '…';
  const caretOffset = lead.length + offset - textWidth(cut);
  return {
    text: lead + truncateToWidth(text.slice(cut.length), maxWidth - lead.length),
    caretOffset,
    caretCount: Math.max(1, Math.min(carets, maxWidth - caretOffset)),
  };
}
