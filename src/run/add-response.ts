/** What an engine reports of its work: query ids, bytes, times, cost. */
export type EngineResponse = Readonly<Record<string, string | number>>;

/** Adds up two reports: numbers are summed, texts stand one after the other. */
export function addResponse(
  earlier: EngineResponse,
  later: EngineResponse | undefined,
): EngineResponse {
  const sum: Record<string, string | number> = { ...earlier };
  for (const [key, value] of Object.entries(later ?? {})) {
    const before = sum[key];
    if (before === undefined) sum[key] = value;
    else if (typeof before === 'number' && typeof value === 'number') sum[key] = before + value;
    else sum[key] = `${before}, ${value}`;
  }
  return sum;
}
