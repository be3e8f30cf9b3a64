import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, posix, relative, resolve } from 'node:path';
import { errorDiagnostic, warningDiagnostic, type Diagnostic } from '../../core/diagnostic.js';
import { isMapping } from '../../core/is-mapping.js';
import { failure, success, type Result } from '../../core/result.js';
import { parseVersionRange, type VersionBound } from '../dbt/version-range.js';
import { projectFileIn } from '../find-project-dir.js';
import { dbtProjectFileName } from '../project-file-name.js';
import type { RenderValue } from '../read-targets.js';
import { readTextFile } from '../read-text-file.js';
import { parseYaml } from '../yaml-document.js';
import { fetchGit } from './fetch-git.js';
import { chooseVersion, fetchHub } from './fetch-hub.js';
import { isPinned, lockFileName, readLockFile, writeLockFile } from './lock-file.js';
import { invalidPackage, PackageError } from './package-error.js';
import { describeSpec, type LockedPackage, type PackageSpec } from './package-spec.js';
import { readPackageSpecs } from './read-package-specs.js';

/** What installing packages needs. */
export interface InstallOptions {
  /** Absolute path of the project folder. */
  readonly root: string;
  /** Relative to `root`. */
  readonly installPath: string;
  /** Look for newer versions than those that the lock file pins. */
  readonly upgrade: boolean;
  readonly hub: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly renderValue: RenderValue;
  /** Tells what is being done. */
  readonly note: (text: string) => void;
}

/** A package that lies ready, to be put in its place. */
interface Prepared {
  readonly locked: LockedPackage;
  /** Absolute; for a local package the folder itself. */
  readonly folder: string;
  /** What the package asks for itself. */
  readonly specs: readonly PackageSpec[];
}

function readName(spec: PackageSpec, folder: string): string {
  const fileName = projectFileIn(folder);
  const hint = 'name the folder that holds dbt_project.yml';
  if (fileName === undefined) throw invalidPackage(spec, 'has no project file', hint);
  const text = readTextFile(join(folder, fileName), fileName);
  const version = fileName === dbtProjectFileName ? '1.1' : '1.2';
  const parsed = text.ok ? parseYaml(text.value, fileName, { version }) : text;
  const name = parsed.ok && isMapping(parsed.value.value) ? parsed.value.value['name'] : undefined;
  // The name becomes a folder.
  if (typeof name !== 'string' || !/^[A-Za-z_]\w*$/u.test(name)) {
    throw invalidPackage(spec, `has no name in its ${fileName}`, hint);
  }
  return name;
}

/** What identifies a package, whatever version of it is asked for. */
function identityOf(spec: PackageSpec): string {
  switch (spec.kind) {
    case 'local':
      return `local ${spec.path}`;
    case 'git':
      return `git ${spec.url} ${spec.subdirectory ?? ''}`;
    case 'hub':
      return `hub ${spec.name}`;
  }
}

/** Fetches what a project asks for, and what that asks for, into a staging folder. */
class Installation {
  readonly prepared = new Map<string, Prepared>();
  private readonly bounds = new Map<string, readonly VersionBound[]>();
  readonly warnings: Diagnostic[] = [];
  private count = 0;

  constructor(
    private readonly options: InstallOptions,
    private readonly staging: string,
    private readonly pinned: readonly LockedPackage[],
  ) {}

  async add(specs: readonly PackageSpec[]): Promise<void> {
    for (const spec of specs) {
      const key = identityOf(spec);
      const earlier = this.prepared.get(key);
      if (spec.kind === 'hub') {
        this.bounds.set(key, [...(this.bounds.get(key) ?? []), ...spec.range]);
        if (earlier !== undefined && isPinned(spec, [earlier.locked])) continue;
      } else if (earlier !== undefined) {
        this.checkRevision(spec, earlier.locked);
        continue;
      }
      const prepared = await this.prepare(spec, key);
      this.prepared.set(key, prepared);
      await this.add(prepared.specs);
    }
  }

  private checkRevision(spec: PackageSpec, locked: LockedPackage): void {
    if (spec.kind !== 'git' || locked.kind !== 'git' || spec.revision === null) return;
    if (locked.revision.startsWith(spec.revision)) return;
    const message = `the package '${describeSpec(spec)}' is asked for in two revisions; the first is taken`;
    this.warnings.push(
      warningDiagnostic('package-invalid', message, {
        location: spec.location,
        hint: 'ask for the same revision everywhere',
      }),
    );
  }

  private newFolder(): string {
    this.count += 1;
    return join(this.staging, String(this.count));
  }

  private async prepare(spec: PackageSpec, key: string): Promise<Prepared> {
    const { options } = this;
    options.note(`Installing ${describeSpec(spec)}`);
    const finish = (folder: string, toLocked: (name: string) => LockedPackage): Prepared => {
      const locked = toLocked(readName(spec, folder));
      const asked = readPackageSpecs(folder, locked.name, options.renderValue);
      if (!asked.ok) {
        const [first] = asked.diagnostics;
        throw invalidPackage(
          spec,
          `asks for packages wrongly: ${first?.message ?? ''}`,
          'tell its authors',
        );
      }
      const specs = asked.value.specs.map((each) =>
        each.kind === 'local'
          ? { ...each, path: posix.join(relative(options.root, folder), each.path) }
          : each,
      );
      return { locked, folder, specs };
    };
    switch (spec.kind) {
      case 'local': {
        const folder = resolve(options.root, spec.path);
        if (!existsSync(folder)) {
          throw invalidPackage(
            spec,
            'is not there',
            'the path starts at the folder of packages.yml',
          );
        }
        return finish(folder, (name) => ({ kind: 'local', name, path: spec.path }));
      }
      case 'git': {
        const folder = this.newFolder();
        const pinned = this.pinned.find((each) => isPinned(spec, [each]));
        const revision = pinned?.kind === 'git' ? pinned.revision : spec.revision;
        if (spec.revision === null) this.warnUnpinned(spec);
        const commit = await fetchGit(spec, revision, { folder, env: options.env });
        // What is installed are files; their history stays with the repository.
        rmSync(join(folder, '.git'), { recursive: true, force: true });
        const { url, subdirectory } = spec;
        return finish(subdirectory === null ? folder : join(folder, subdirectory), (name) => ({
          kind: 'git',
          name,
          url,
          revision: commit,
          subdirectory,
        }));
      }
      case 'hub': {
        const pinned = this.pinned.find((each) => isPinned(spec, [each]));
        const exact = pinned?.kind === 'hub' ? parseVersionRange(pinned.version) : undefined;
        const bounds = [...(this.bounds.get(key) ?? []), ...(exact ?? [])];
        const chosen = await chooseVersion(spec, bounds, options.hub);
        const folder = this.newFolder();
        await fetchHub(spec, chosen, folder);
        const { version } = chosen;
        return finish(folder, (name) => ({ kind: 'hub', name, package: spec.name, version }));
      }
    }
  }

  private warnUnpinned(spec: PackageSpec): void {
    const message = `the package '${describeSpec(spec)}' has no 'revision': the next \`deps --upgrade\` may bring another`;
    this.warnings.push(
      warningDiagnostic('package-invalid', message, {
        location: spec.location,
        hint: 'add `revision:` with a tag or commit',
      }),
    );
  }
}

/** What stands in the place of a package and is not from us is never removed. */
function checkPlaces(
  { root, installPath }: InstallOptions,
  prepared: readonly Prepared[],
  before: readonly LockedPackage[],
): readonly Diagnostic[] {
  return prepared.flatMap(({ locked: { name } }) => {
    const path = posix.join(installPath, name);
    const isThere = lstatSync(join(root, path), { throwIfNoEntry: false }) !== undefined;
    if (!isThere || before.some((each) => each.name === name)) return [];
    const message = `'${path}' is in the place of a package, and ${lockFileName} does not say that it was installed`;
    const hint = 'move or remove it, and run `stedi-sql deps` again';
    return [errorDiagnostic('package-invalid', message, { location: { path }, hint })];
  });
}

/** The old folder goes only when the new one is in its place. */
function putInPlace(options: InstallOptions, staging: string, prepared: readonly Prepared[]): void {
  const folder = join(options.root, options.installPath);
  for (const { locked, folder: from } of prepared) {
    const place = join(folder, locked.name);
    const old = join(staging, `old-${locked.name}`);
    if (lstatSync(place, { throwIfNoEntry: false }) !== undefined) renameSync(place, old);
    if (locked.kind === 'local') symlinkSync(relative(folder, from), place, 'dir');
    else renameSync(from, place);
  }
}

/** Packages that are asked for no more, and were installed by us. */
function removeOthers(
  { root, installPath }: InstallOptions,
  before: readonly LockedPackage[],
  names: ReadonlySet<string>,
): void {
  for (const { name } of before) {
    if (names.has(name) || !/^[A-Za-z_]\w*$/u.test(name)) continue;
    rmSync(join(root, installPath, name), { recursive: true, force: true });
  }
}

function describeLocked(locked: LockedPackage): string {
  const what = { local: 'local folder', git: 'commit', hub: 'version' }[locked.kind];
  const which =
    locked.kind === 'local'
      ? locked.path
      : locked.kind === 'git'
        ? locked.revision.slice(0, 12)
        : locked.version;
  return `${locked.name}: ${what} ${which}`;
}

/**
 * Installs the packages that a project asks for, and what these ask for, and pins them in `package-lock.yml`. All are
 * fetched before any is put in its place. Returns a line for each. Diagnostics: `package-invalid`,
 * `package-unreachable`, and those of `readPackageSpecs`.
 */
export async function installPackages(options: InstallOptions): Promise<Result<readonly string[]>> {
  const { root, installPath } = options;
  const asked = readPackageSpecs(root, '', options.renderValue);
  if (!asked.ok) return asked;
  const lock = readLockFile(root);
  if (!lock.ok) return lock;
  const before = lock.value ?? [];
  const { specs, file } = asked.value;
  if (file === null) return success([], asked.diagnostics);
  const folder = join(root, installPath);
  mkdirSync(folder, { recursive: true });
  const staging = join(folder, `.deps-${process.pid}`);
  mkdirSync(staging);
  try {
    const installation = new Installation(options, staging, options.upgrade ? [] : before);
    await installation.add(specs);
    const prepared = [...installation.prepared.values()];
    const clashes = checkPlaces(options, prepared, before);
    if (clashes.length > 0) return failure(clashes);
    putInPlace(options, staging, prepared);
    const locked = prepared.map((each) => each.locked);
    removeOthers(options, before, new Set(locked.map(({ name }) => name)));
    const digest = createHash('sha1')
      .update(JSON.stringify(specs.map(identityOf)))
      .digest('hex');
    const lockFile = join(root, lockFileName);
    writeFileSync(`${lockFile}.tmp`, writeLockFile(locked, digest));
    renameSync(`${lockFile}.tmp`, lockFile);
    return success(locked.map(describeLocked), [...asked.diagnostics, ...installation.warnings]);
  } catch (error) {
    if (error instanceof PackageError) return failure([error.diagnostic]);
    throw error;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}
