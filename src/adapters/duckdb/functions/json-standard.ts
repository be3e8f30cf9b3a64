/** Macros of JSON_QUERY and its like; filled below. */
export const jsonStandardMacros: Readonly<Record<string, readonly string[]>> = {};
