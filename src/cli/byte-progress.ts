import { createLiveRegion } from '../report/reporters/live-region.js';
import type { Output } from '../report/output.js';
import { formatQuantity } from '../report/text/quantity.js';
import { toPrintableLine } from '../report/text/printable.js';

/** How far the reading of files has come. */
export interface ByteProgress {
  readonly source: string;
  /** Counts from 0. */
  readonly fileIndex: number;
  readonly fileCount: number;
  readonly bytesRead: number;
  readonly bytesTotal: number;
  readonly records: number;
}

/** A line that tells how far the reading of files has come. */
export interface ProgressLine {
  readonly update: (progress: ByteProgress) => void;
  readonly close: () => void;
}

const redrawMs = 100;

/** Returns the progress line for a terminal; on anything else, one that shows nothing. */
export function createProgressLine(
  out: Output,
  options: { readonly quiet: boolean },
): ProgressLine {
  if (options.quiet || !out.isTerminal) return { update: () => undefined, close: () => undefined };
  const region = createLiveRegion(out);
  process.once('exit', region.close);
  let drawnAt = -redrawMs;
  return {
    update: ({ source, fileIndex, fileCount, bytesRead, bytesTotal, records }) => {
      const now = performance.now();
      if (now - drawnAt < redrawMs) return;
      drawnAt = now;
      const share = bytesTotal === 0 ? 100 : Math.floor((100 * bytesRead) / bytesTotal);
      region.draw([
        `${fileIndex + 1} of ${fileCount}  ${share.toString().padStart(3)}%  ${formatQuantity(records, 'record')}  ${toPrintableLine(source)}`,
      ]);
    },
    close: region.close,
  };
}
