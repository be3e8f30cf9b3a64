import { join, posix } from 'node:path';
import {
  errorDiagnostic,
  warningDiagnostic,
  type Diagnostic,
  type SourceLocation,
} from '../../core/diagnostic.js';
import { isMapping } from '../../core/is-mapping.js';
import type { JsonValue } from '../../core/node.js';
import type { ConfigEntries } from '../../core/node-config.js';
import { failure, resultOf, success, type Result } from '../../core/result.js';
import { didYouMean } from '../../core/suggest.js';
import { describeValue } from '../describe-value.js';
import { parseVersionRange } from '../dbt/version-range.js';
import { toItems } from '../read-config-entries.js';
import { renderTarget, type RenderValue } from '../read-targets.js';
import { readTextFile } from '../read-text-file.js';
import { isThere } from '../watch-files.js';
import { parseYaml, type YamlDocument } from '../yaml-document.js';
import type { PackageSpec } from './package-spec.js';

/** The files that name packages; dbt reads the first that is there. */
export const packageFileNames = ['packages.yml', 'dependencies.yml'] as const;

/** What may stand beside each kind of package. */
const keysOf = {
  local: ['local'],
  git: ['git', 'revision', 'subdirectory', 'warn-unpinned', 'name', 'unrendered'],
  package: ['package', 'version', 'install-prerelease', 'name'],
} as const;

const otherKinds: Readonly<Record<string, string>> = {
  tarball: 'name the package by its hub name or by git',
  private: "write 'git:' with the whole address",
  project: 'other projects are read as packages: name them by git or local',
};

type Complain = (message: string, hint: string, key?: string) => Diagnostic;

function readText(entry: ConfigEntries, key: string): string | null | undefined {
  const value = entry[key];
  if (value == null) return null;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** A local package lies beside or above the project, never at a place of one machine. */
function readLocal(entry: ConfigEntries, location: SourceLocation, complain: Complain) {
  const path = entry['local'];
  if (typeof path !== 'string' || path === '' || path.includes('\\') || posix.isAbsolute(path)) {
    return complain(
      `'local' must be a folder relative to this one, found ${describeValue(path)}`,
      'write a relative path with forward slashes',
      'local',
    );
  }
  return { kind: 'local', path: posix.normalize(path).replace(/\/$/u, ''), location } as const;
}

function readGit(entry: ConfigEntries, location: SourceLocation, complain: Complain) {
  const url = entry['git'];
  const revision = readText(entry, 'revision');
  const subdirectory = readText(entry, 'subdirectory');
  if (typeof url !== 'string' || url === '') {
    return complain(
      `'git' must be an address, found ${describeValue(url)}`,
      'such as https://…',
      'git',
    );
  }
  if (!/^(?:https:\/\/|ssh:\/\/|file:\/\/|[\w.-]+@[\w.-]+:)/u.test(url)) {
    return complain(
      "'git' must be an address of https, ssh or file",
      'other protocols are not safe to fetch from',
      'git',
    );
  }
  if (
    revision === undefined ||
    (revision !== null && !/^[\w./+-]+$/u.test(revision)) ||
    revision?.startsWith('-') === true
  ) {
    return complain(
      `'revision' must be a branch, tag or commit, found ${describeValue(entry['revision'])}`,
      'write it in quotes',
      'revision',
    );
  }
  const leadsOut = (path: string): boolean =>
    posix.isAbsolute(path) || posix.normalize(path).startsWith('..') || path.includes('\\');
  if (subdirectory === undefined || (subdirectory !== null && leadsOut(subdirectory))) {
    return complain(
      "'subdirectory' must be a folder inside of the repository",
      'write a relative path',
      'subdirectory',
    );
  }
  return { kind: 'git', url, revision, subdirectory, location } as const;
}

function readHub(entry: ConfigEntries, location: SourceLocation, complain: Complain) {
  const { package: name, version } = entry;
  if (typeof name !== 'string' || !/^[\w.-]+\/[\w.-]+$/u.test(name)) {
    return complain(
      `'package' must be a name of the hub, found ${describeValue(name)}`,
      "write owner/name, such as 'dbt-labs/dbt_utils'",
      'package',
    );
  }
  const asked = Array.isArray(version) ? (version as readonly JsonValue[]) : [version];
  const texts = asked.filter((each) => typeof each === 'string' || typeof each === 'number');
  const range = texts.length === asked.length ? parseVersionRange(texts) : undefined;
  if (range === undefined) {
    return complain(
      `'version' must be a version or a range, found ${describeValue(version)}`,
      "such as '1.3.0' or ['>=1.0.0', '<2.0.0']",
      'version',
    );
  }
  const prerelease = entry['install-prerelease'] === true;
  return { kind: 'hub', name, range, rangeText: texts.join(','), prerelease, location } as const;
}

function readSpec(
  document: YamlDocument,
  entry: JsonValue,
  path: readonly (string | number)[],
): PackageSpec | Diagnostic {
  const location = document.locate(path);
  const complain: Complain = (message, hint, key) => {
    const place = key === undefined ? location : document.locate([...path, key]);
    return errorDiagnostic('package-invalid', message, { location: place, hint });
  };
  if (!isMapping(entry)) {
    return complain(
      `a package must be a mapping, found ${describeValue(entry)}`,
      "write '- local: …', '- git: …' or '- package: …'",
    );
  }
  const kind = (['local', 'git', 'package'] as const).find((each) => entry[each] !== undefined);
  if (kind === undefined) {
    const other = Object.keys(entry).find((key) => Object.hasOwn(otherKinds, key));
    return other === undefined
      ? complain(
          `a package has one of the keys local, git, package, found ${Object.keys(entry).join(', ')}`,
          didYouMean(Object.keys(entry)[0] ?? '', ['local', 'git', 'package']) ?? 'add one of them',
        )
      : complain(`packages by '${other}' are not supported`, otherKinds[other] ?? '', other);
  }
  const unknown = Object.keys(entry).find(
    (key) => !(keysOf[kind] as readonly string[]).includes(key),
  );
  if (unknown !== undefined) {
    const hint = didYouMean(unknown, keysOf[kind], `the keys are ${keysOf[kind].join(', ')}`);
    return complain(`unknown key '${unknown}' in a package`, hint ?? 'remove it', unknown);
  }
  if (kind === 'local') return readLocal(entry, location, complain);
  return kind === 'git' ? readGit(entry, location, complain) : readHub(entry, location, complain);
}

/** The packages that a folder's project asks for, and the file that says so. */
export interface AskedPackages {
  readonly specs: readonly PackageSpec[];
  /** `null` where nothing is asked for. */
  readonly file: string | null;
}

/**
 * Returns the packages that the project in a folder asks for in `packages.yml` or `dependencies.yml`. `shownFolder` is
 * the folder as diagnostics name it. Jinja such as `env_var` is rendered. Diagnostics: `package-invalid`,
 * `file-unreadable`, `yaml-syntax`, and those of rendering.
 */
export function readPackageSpecs(
  folder: string,
  shownFolder: string,
  renderValue: RenderValue,
): Result<AskedPackages> {
  const name = packageFileNames.find((each) => isThere(join(folder, each)));
  if (name === undefined) return success({ specs: [], file: null });
  const path = posix.join(shownFolder, name);
  const text = readTextFile(join(folder, name), path);
  if (!text.ok) return text;
  const parsed = parseYaml(text.value, path);
  if (!parsed.ok) return parsed;
  const document = parsed.value;
  const root = isMapping(document.value) ? document.value : {};
  const rendered = renderTarget(document, { packages: root['packages'] ?? [] }, [], renderValue);
  const diagnostics: Diagnostic[] = [...rendered.diagnostics];
  const projects = toItems(root['projects']);
  if (projects.length > 0) {
    const message = 'other projects cannot be read by their names';
    const location = document.locate(['projects'], { key: true });
    const hint = otherKinds['project'];
    // dbt's own platform knows what they are; dbt-core passes over them, and stops where a model refs one.
    diagnostics.push(warningDiagnostic('package-invalid', message, { location, hint }));
  }
  const known = ['packages', 'projects', 'config'];
  for (const key of Object.keys(root).filter((each) => !known.includes(each))) {
    const message = `unknown key '${key}' in ${name}`;
    const location = document.locate([key], { key: true });
    const hint = didYouMean(key, known, "list packages under 'packages:'");
    diagnostics.push(errorDiagnostic('package-invalid', message, { location, hint }));
  }
  const specs = toItems(rendered.value['packages']).flatMap((entry, index) => {
    const spec = readSpec(document, entry, ['packages', index]);
    if ('kind' in spec) return [spec];
    diagnostics.push(spec);
    return [];
  });
  if (diagnostics.some(({ severity }) => severity === 'error')) return failure(diagnostics);
  return resultOf({ specs, file: path }, diagnostics);
}
