import { join } from 'node:path';
import { isMapping } from '../../core/is-mapping.js';
import type { JsonValue } from '../../core/node.js';
import { meetsRange, parseVersion } from '../dbt/version-range.js';
import { toItems } from '../read-config-entries.js';
import { readTextFile } from '../read-text-file.js';
import { isThere } from '../watch-files.js';
import { parseYaml } from '../yaml-document.js';
import { writeYamlText } from '../yaml-text.js';
import { success, type Result } from '../../core/result.js';
import type { LockedPackage, PackageSpec } from './package-spec.js';

/** The file that pins what `deps` found; dbt's own, in its form. */
export const lockFileName = 'package-lock.yml';

function toLocked(entry: JsonValue): LockedPackage | undefined {
  if (!isMapping(entry)) return undefined;
  const { name, local, git, revision, subdirectory, package: hubName, version } = entry;
  const ownName = typeof name === 'string' ? name : '';
  if (typeof local === 'string') return { kind: 'local', name: ownName, path: local };
  if (typeof git === 'string') {
    return {
      kind: 'git',
      name: ownName,
      url: git,
      revision: typeof revision === 'string' ? revision : '',
      subdirectory: typeof subdirectory === 'string' ? subdirectory : null,
    };
  }
  if (typeof hubName !== 'string') return undefined;
  return {
    kind: 'hub',
    name: ownName,
    package: hubName,
    version: typeof version === 'string' ? version : '',
  };
}

/** Returns what the lock file of a project pins; `null` without one. Diagnostics: `file-unreadable`, `yaml-syntax`. */
export function readLockFile(root: string): Result<readonly LockedPackage[] | null> {
  const file = join(root, lockFileName);
  if (!isThere(file)) return success(null);
  const text = readTextFile(file, lockFileName);
  if (!text.ok) return text;
  const parsed = parseYaml(text.value, lockFileName);
  if (!parsed.ok) return parsed;
  const { value } = parsed.value;
  const entries = isMapping(value) ? toItems(value['packages']) : [];
  return success(entries.flatMap((entry) => toLocked(entry) ?? []));
}

/** Returns the text of the lock file. */
export function writeLockFile(locked: readonly LockedPackage[], sha1: string): string {
  const packages = locked.map((each) => {
    switch (each.kind) {
      case 'local':
        return { local: each.path, name: each.name };
      case 'git':
        return {
          git: each.url,
          name: each.name,
          revision: each.revision,
          ...(each.subdirectory !== null && { subdirectory: each.subdirectory }),
        };
      case 'hub':
        return { name: each.name, package: each.package, version: each.version };
    }
  });
  return writeYamlText({ packages, sha1_hash: sha1 }, { sortKeys: false });
}

/** Returns whether what is pinned is still what the project asks for. */
export function isPinned(spec: PackageSpec, locked: readonly LockedPackage[]): boolean {
  return locked.some((each) => {
    if (spec.kind === 'local') return each.kind === 'local' && each.path === spec.path;
    if (spec.kind === 'git') {
      const isSame = each.kind === 'git' && each.url === spec.url;
      return isSame && each.subdirectory === spec.subdirectory;
    }
    if (each.kind !== 'hub' || each.package !== spec.name) return false;
    const version = parseVersion(each.version);
    return version !== undefined && meetsRange(version, spec.range);
  });
}
