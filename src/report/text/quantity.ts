/** Returns a whole number with commas between the thousands: `81,273`. */
export function formatCount(count: number): string {
  return count.toString().replace(/\B(?=(\d{3})+$)/gu, ',');
}

/** Returns a count with its noun: `1 row`, `81,273 rows`, `2 queries` where the plural is irregular. */
export function formatQuantity(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

const byteUnits = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];

/** Returns a number of bytes in the largest unit that leaves something before the point: `640 B`, `1.5 MB`, `12 GB`. */
export function formatBytes(bytes: number): string {
  const power = Math.min(Math.max(Math.floor(Math.log2(bytes) / 10), 0), byteUnits.length - 1);
  const value = bytes / 1024 ** power;
  const text = power > 0 && value < 10 ? value.toFixed(1) : Math.round(value).toString();
  return `${text} ${byteUnits[power] ?? ''}`;
}

/** Returns a duration given in milliseconds: `0.05s`, `12.3s`, `2m 05s`, `1h 02m`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 9_995) return `${(durationMs / 1000).toFixed(2)}s`;
  if (durationMs < 59_950) return `${(durationMs / 1000).toFixed(1)}s`;
  const seconds = Math.round(durationMs / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${pad(seconds % 60)}s`;
  return `${Math.floor(minutes / 60)}h ${pad(minutes % 60)}m`;
}

function pad(part: number): string {
  return part.toString().padStart(2, '0');
}
