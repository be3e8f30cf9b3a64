/** Project names become schema and folder names: lower-case letters, digits and underscores, no digit first. */
export const projectNamePattern = /^[a-z_][a-z0-9_]*$/;

/** Returns the nearest valid project name to a text such as a folder's name, or `undefined` if nothing is left of it. */
export function toProjectName(text: string): string | undefined {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  if (name === '') return undefined;
  return /^[0-9]/.test(name) ? `_${name}` : name;
}
