import { realpathSync } from 'node:fs';
import { quoteText } from './quote.js';

/**
 * Returns the statements by which files are found from a folder. None where the process stands in it: then the names of
 * files that queries return (`filename = true`) are as they were written, as in dbt; with a search path they are whole.
 */
export function searchPathStatements(root: string): readonly string[] {
  return isWorkingFolder(root) ? [] : [`set file_search_path = ${quoteText(root)}`];
}

function isWorkingFolder(root: string): boolean {
  try {
    return realpathSync(root) === realpathSync(process.cwd());
  } catch {
    return false;
  }
}
