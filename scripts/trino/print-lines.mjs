import { renameSync, writeFileSync } from 'node:fs';

/** Returns JSON with a blank after commas and colons, as the fixtures have it. */
export function printJson(value) {
  if (Array.isArray(value)) return `[${value.map(printJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, each]) => each !== undefined);
  return `{${members.map(([key, each]) => `${JSON.stringify(key)}: ${printJson(each)}`).join(', ')}}`;
}

/** Writes a JSON array with one line for each of its values; a file that is there is replaced by a whole one. */
export function writeLines(path, lines) {
  writeFileSync(`${path}.new`, `[\n${lines.map(printJson).join(',\n')}\n]\n`);
  renameSync(`${path}.new`, path);
}
