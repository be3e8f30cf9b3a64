import type { Output } from '../output.js';
import { textWidth, truncateToWidth } from '../text/width.js';

/** The lowest lines of a terminal, redrawn in place. */
export interface LiveRegion {
  /**
   * Puts `lines`, plain text without colour, in the place of the region's earlier lines; `above` is printed before them
   * and stays.
   */
  readonly draw: (lines: readonly string[], above?: string) => void;
  /** Removes the region and gives the cursor back. */
  readonly close: () => void;
}

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
const eraseBelow = '\u001b[J';

/** Returns the region at the end of a terminal. Every change is a single write, so that nothing flickers. */
export function createLiveRegion(out: Output): LiveRegion {
  /** Widths, in columns, of the lines that stand there now. */
  let drawn: readonly number[] = [];
  let cursorHidden = false;

  const columns = (): number => out.size()?.columns ?? 80;

  /** Returns what moves the cursor to the region's first line and clears from there. */
  const erase = (): string => {
    if (drawn.length === 0) return '';
    // After the window became narrower, a line may take several rows.
    const rows = drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns())), 0);
    return `\r\u001b[${rows}A${eraseBelow}`;
  };

  return {
    draw: (lines, above = '') => {
      const fitted = lines.map((line) => truncateToWidth(out.redact.text(line), columns() - 1));
      const hide = cursorHidden || fitted.length === 0 ? '' : hideCursor;
      cursorHidden ||= hide !== '';
      out.write(hide + erase() + above + fitted.map((line) => `${line}\n`).join(''));
      drawn = fitted.map(textWidth);
    },
    close: () => {
      if (drawn.length === 0 && !cursorHidden) return;
      out.write(erase() + (cursorHidden ? showCursor : ''));
      drawn = [];
      cursorHidden = false;
    },
  };
}
