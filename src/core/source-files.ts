import type { JsonValue } from './node.js';

/** The keys of a source's configuration that say which files hold its rows. */
export const fileKeys = ['external_location', 'formatter', 'plugin'] as const;

/** Returns what a configuration says of the files that hold the rows of a source; null says nothing. */
export function readFileKeys(
  config: Readonly<Record<string, JsonValue>>,
): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(
    fileKeys.flatMap((key) => {
      const value = Object.hasOwn(config, key) ? config[key] : undefined;
      return value == null ? [] : [[key, value]];
    }),
  );
}
