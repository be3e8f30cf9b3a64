import type { FreshnessResult } from '../../core/freshness-result.js';
import { toPrintableLine } from '../text/printable.js';
import { createStyle, type Style } from '../text/style.js';
import { textWidth } from '../text/width.js';

const words: Readonly<Record<FreshnessResult['status'], string>> = {
  pass: 'PASS',
  warn: 'WARN',
  error: 'STALE',
  'runtime error': 'ERROR',
};

/** The columns that names are filled up to with dots. */
const nameWidth = 56;

/** Returns an age in seconds in the largest unit that fits: `3.5 hours`. */
function formatAge(seconds: number): string {
  const [size, unit] =
    seconds >= 172_800
      ? [86_400, 'days']
      : seconds >= 7200
        ? [3600, 'hours']
        : seconds >= 120
          ? [60, 'minutes']
          : [1, 'seconds'];
  return `${(seconds / size).toFixed(size === 1 ? 0 : 1).replace(/\.0$/, '')} ${unit}`;
}

function describeAge({ status, maxLoadedAt, ageSeconds }: FreshnessResult): string {
  if (status === 'runtime error' || ageSeconds === null) return 'not known';
  return maxLoadedAt === null ? 'no rows' : `loaded ${formatAge(ageSeconds)} ago`;
}

function styleOf(status: FreshnessResult['status'], style: Style): (text: string) => string {
  if (status === 'pass') return style.green;
  return status === 'warn' ? style.yellow : style.red;
}

/** Returns the line for a source whose age was asked for: `WARN   raw.orders ............ [loaded 3.5 hours ago]`. */
export function formatFreshness(
  result: FreshnessResult,
  output: { readonly color: boolean },
): string {
  const style = createStyle(output);
  const name = toPrintableLine(`${result.source.sourceName}.${result.source.name}`);
  const dots = '.'.repeat(Math.max(3, nameWidth - textWidth(name)));
  const word = styleOf(result.status, style)(words[result.status].padEnd(6));
  return `${word} ${name} ${style.dim(dots)} [${describeAge(result)}]`;
}
