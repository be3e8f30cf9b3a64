import createIgnore from 'ignore';

/**
 * Returns whether a file is left out by `.dbtignore`, whose lines have the form of those in `.gitignore`; the last that fits
 * decides. Paths are relative to the project folder, and their case counts.
 * https://docs.getdbt.com/reference/dbtignore
 */
export function readIgnoreRules(content: string): (path: string) => boolean {
  // Folders of a project may lie beside it.
  const rules = createIgnore({ ignoreCase: false, allowRelativePaths: true }).add(content);
  return (path) => rules.ignores(path);
}
