/** How much lines of a log matter, the least first; `none` leaves all out. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'none'] as const;

export type LogLevel = (typeof logLevels)[number];
