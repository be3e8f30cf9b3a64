import { join, posix } from 'node:path';
import { errorDiagnostic } from '../../core/diagnostic.js';
import { isMapping } from '../../core/is-mapping.js';
import { failure, success, type Result } from '../../core/result.js';
import { projectFileIn } from '../find-project-dir.js';
import { dbtProjectFileName, projectFileName } from '../project-file-name.js';
import { projectDefaults } from '../project-schema.js';
import { readTextFile } from '../read-text-file.js';
import { parseYaml } from '../yaml-document.js';

/** Returns whether a folder lies inside of the project: templates and paths come from pull requests. */
export function isInside(path: string): boolean {
  const folder = posix.normalize(path);
  return !path.includes('\\') && !posix.isAbsolute(folder) && !/^(?:\.\.?)(?:\/|$)/u.test(folder);
}

/**
 * Returns where the packages of a project are installed, relative to its folder. Nothing else of the project need be right:
 * it may not be before its packages are there. Diagnostics: `file-unreadable`, `yaml-syntax`, `config-invalid-value`.
 */
export function findInstallPath(root: string): Result<string> {
  const fileName = projectFileIn(root) ?? projectFileName;
  const text = readTextFile(join(root, fileName), fileName);
  if (!text.ok) return text;
  const version = fileName === dbtProjectFileName ? '1.1' : '1.2';
  const parsed = parseYaml(text.value, fileName, { version });
  if (!parsed.ok) return parsed;
  const { value } = parsed.value;
  const key = 'packages-install-path';
  const written = isMapping(value) ? value[key] : undefined;
  if (written == null) return success(projectDefaults.packagesPath);
  if (typeof written === 'string' && isInside(written)) return success(posix.normalize(written));
  const location = parsed.value.locate([key]);
  const message = `'${key}' must be a folder inside of the project`;
  const hint = `such as ${projectDefaults.packagesPath}`;
  return failure([errorDiagnostic('config-invalid-value', message, { location, hint })]);
}
