import type { SourceLocation } from './diagnostic.js';
import { indexLines, locateSpan } from './text-position.js';

/** Returns the offset of the first mention of a configuration key as an argument (`key=` or `'key':`), from `start` on. */
export function findConfigKey(text: string, key: string, start = 0): number | undefined {
  const escaped = key.replace(/[^\w]/g, '\\$&');
  const pattern = new RegExp(`(?<![\\w])${escaped}(?=['"]?\\s*[=:])`, 'g');
  pattern.lastIndex = start;
  return pattern.exec(text)?.index;
}

/**
 * Returns the place where a node's SQL file sets a configuration key in `config()`; the file alone if it does not, because
 * the value comes from a YAML file or from `stedi_project.yml`.
 */
export function locateConfigKey(
  { path, rawSql }: { readonly path: string; readonly rawSql: string },
  key: string,
): SourceLocation {
  const call = /\{\{-?\s*config\s*\(/.exec(rawSql);
  const start = call === null ? undefined : findConfigKey(rawSql, key, call.index);
  return start === undefined
    ? { path }
    : locateSpan(indexLines(rawSql), path, { start, end: start + key.length });
}
