import type { SourceLocation } from '../../core/diagnostic.js';
import { errorDiagnostic } from '../../core/diagnostic.js';
import type { JsonValue } from '../../core/node.js';
import { failure, success, type Result } from '../../core/result.js';
import { dbtProjectFileName } from '../project-file-name.js';
import type { ProjectFormat } from '../project-format.js';
import type { RenderValue } from '../read-targets.js';
import type { YamlDocument } from '../yaml-document.js';
import { dbtProjectSchema, pruneDbtProject } from './dbt-project-schema.js';
import { sqlVariable } from './choose-sql.js';
import { readProfile, type ProfileRequest } from './read-profile.js';

/** What finding the profile of a project needs. */
export interface DbtFormatOptions extends Omit<ProfileRequest, 'profile' | 'sqlVariable'> {
  /** `--profile`; the project's own without it. */
  readonly profileName?: string | undefined;
}

/** Returns the profile that is wanted: that of `--profile`, else the one that the project names. */
function findProfile(
  document: YamlDocument,
  written: JsonValue | undefined,
  {
    profileName,
    renderValue,
  }: { readonly profileName?: string | undefined; renderValue: RenderValue },
): Result<{ readonly name: string; readonly location: SourceLocation }> {
  if (profileName !== undefined) {
    return success({ name: profileName, location: { path: '--profile' } });
  }
  const location = document.locate(['profile']);
  if (typeof written === 'string') {
    const rendered = renderValue(written, location);
    if (!rendered.ok) return rendered;
    return success({ name: rendered.value, location }, rendered.diagnostics);
  }
  const message = `${dbtProjectFileName} names no 'profile', so that there is no target`;
  const hint = "add 'profile: …' as it stands in profiles.yml, or use --profile";
  return failure([errorDiagnostic('profile-not-found', message, { location, hint })]);
}

/** dbt's project file, whose targets stand in `profiles.yml`. */
export function dbtFormat(options: DbtFormatOptions): ProjectFormat {
  return {
    ...dbtPackageFormat,
    readTarget(document, root, declaredVars) {
      const profile = findProfile(document, root['profile'], options);
      if (!profile.ok) return profile;
      const target = readProfile({
        ...options,
        profile: profile.value,
        sqlVariable: {
          variable: declaredVars[sqlVariable],
          variableLocation: document.locate(['vars', sqlVariable]),
        },
      });
      return { ...target, diagnostics: [...profile.diagnostics, ...target.diagnostics] };
    },
  };
}

/** The project file of a package: whoever uses the package has the target. */
export const dbtPackageFormat: ProjectFormat = {
  fileName: dbtProjectFileName,
  schema: dbtProjectSchema,
  yamlVersion: '1.1',
  foldersByPackage: true,
  targetMayLeave: true,
  // `dbt init` names them all, and Git keeps no empty folders.
  mayLack: ['analyses', 'macros', 'models', 'seeds', 'snapshots', 'tests'],
  prune: pruneDbtProject,
  readTarget: () => success(null),
};
