/** Returns a whole number with commas between the thousands: `81,273`. */
export function formatCount(count: number): string {
  return count.toString().replace(/\B(?=(\d{3})+$)/gu, ',');
}

/** Returns a count with its noun: `1 row`, `81,273 rows`, `2 queries` where the plural is irregular. */
export function formatQuantity(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
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
