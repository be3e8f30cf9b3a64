import { isAbsolute, join, relative, resolve } from 'node:path';
import type { ConfigIssue } from '../../core/config-issue.js';
import {
  errorDiagnostic,
  hasErrors,
  type Diagnostic,
  type SourceLocation,
} from '../../core/diagnostic.js';
import { isMapping } from '../../core/is-mapping.js';
import type { JsonValue } from '../../core/node.js';
import type { ConfigEntries } from '../../core/node-config.js';
import { failure, resultOf, success, type Result } from '../../core/result.js';
import { didYouMean } from '../../core/suggest.js';
import type { ProfileRules, TargetType } from '../../core/target-type.js';
import { describeValue, joinOr } from '../describe-value.js';
import { isBooleanWord } from '../read-config-entries.js';
import { renderTarget, type RenderValue } from '../read-targets.js';
import { readTextFile } from '../read-text-file.js';
import { issuesBelow, reportIssues } from '../report-issues.js';
import { isThere } from '../watch-files.js';
import { validateTarget, type ValidatedTarget } from '../validate-target.js';
import { parseYaml, type YamlDocument } from '../yaml-document.js';
import { chooseSql, outputTypesOf, type SqlEvidence } from './choose-sql.js';

/** The name of dbt's file of connections. */
export const profilesFileName = 'profiles.yml';

/** Where profiles are looked for, and which is wanted. */
export interface ProfileRequest {
  /** Absolute path of the project folder. */
  readonly root: string;
  /** Folders to look in, the first that has the file wins. */
  readonly folders: readonly string[];
  /** The folder was asked for by name: the file must be there. */
  readonly isExplicit: boolean;
  /** The profile that the project or `--profile` names, and where. */
  readonly profile: { readonly name: string; readonly location: SourceLocation };
  /** `--target`. */
  readonly targetName?: string | undefined;
  readonly targetOrigin?: string | undefined;
  readonly targetTypes: readonly TargetType[];
  readonly renderValue: RenderValue;
  /** The project's variable that says in which SQL it is written, and its place. */
  readonly sqlVariable: Pick<SqlEvidence, 'variable' | 'variableLocation'>;
}

/** Returns the folders in which dbt looks for profiles. The project folder is one of them, whatever the working directory. */
export function profileFolders(options: {
  readonly profilesDir?: string | undefined;
  readonly cwd: string;
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Pick<ProfileRequest, 'folders' | 'isExplicit'> {
  const { profilesDir, cwd, root, env } = options;
  const home = env['HOME'] ?? env['USERPROFILE'];
  const asked = profilesDir ?? env['DBT_PROFILES_DIR'];
  if (asked !== undefined && asked !== '') {
    const path = home !== undefined ? asked.replace(/^~(?=\/|$)/u, home) : asked;
    return { folders: [resolve(cwd, path)], isExplicit: true };
  }
  const folders = [cwd, root, ...(home === undefined ? [] : [join(home, '.dbt')])];
  return { folders: [...new Set(folders)], isExplicit: false };
}

/** A file inside the project by its path there, others by their own. */
function shownPath(root: string, file: string): string {
  const inside = relative(root, file);
  return inside.startsWith('..') || isAbsolute(inside) ? file : inside;
}

function notFound(message: string, location: SourceLocation, hint: string): Result<never> {
  return failure([errorDiagnostic('profile-not-found', message, { location, hint })]);
}

function readProfilesFile({
  root,
  folders,
  profile,
  isExplicit,
}: ProfileRequest): Result<YamlDocument> {
  const file = folders
    .map((folder) => join(folder, profilesFileName))
    .find((each) => isThere(each));
  if (file === undefined) {
    const where = folders.map((folder) => shownPath(root, folder) || '.').join(', ');
    return notFound(
      `the project uses the profile '${profile.name}', and there is no ${profilesFileName} in ${where}`,
      profile.location,
      isExplicit
        ? 'check --profiles-dir and DBT_PROFILES_DIR'
        : `write ${profilesFileName} beside the project file, or use --profiles-dir`,
    );
  }
  const path = shownPath(root, file);
  const text = readTextFile(file, path);
  return text.ok ? parseYaml(text.value, path, { version: '1.1' }) : text;
}

/** Returns the name of the output to use: `--target`, else what the profile says, else `default`. */
function chooseOutput(
  document: YamlDocument,
  raw: ConfigEntries,
  request: ProfileRequest,
): Result<{ readonly name: string; readonly location: SourceLocation }> {
  if (request.targetName !== undefined) {
    return success({
      name: request.targetName,
      location: { path: request.targetOrigin ?? '--target' },
    });
  }
  const path = [request.profile.name, 'target'];
  const { target } = raw;
  const location = document.locate(path);
  if (typeof target !== 'string') return success({ name: 'default', location });
  const rendered = request.renderValue(target, location);
  return rendered.ok ? success({ name: rendered.value, location }, rendered.diagnostics) : rendered;
}

/** What an output says, in the words of our targets. */
interface TranslatedOutput {
  readonly raw: ConfigEntries;
  /** Returns the output's key for a target's. */
  readonly keyOf: (key: string) => string;
  readonly issues: readonly ConfigIssue[];
  readonly completed: ReturnType<NonNullable<ProfileRules['complete']>> | undefined;
}

const commonKeys: readonly string[] = ['type', 'schema', 'threads'];

function translateOutput(output: ConfigEntries, type: TargetType): TranslatedOutput {
  const { keys = {}, passedOver = [], unused = {}, refused = {}, complete } = type.profile ?? {};
  const options: Record<string, JsonValue> = {};
  const issues: ConfigIssue[] = [];
  const known = [...commonKeys, ...Object.keys(keys), ...passedOver, ...Object.keys(unused)];
  for (const [key, value] of Object.entries(output)) {
    const own = Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (value === null) continue;
    if (commonKeys.includes(key)) options[key] = value;
    else if (own !== undefined) options[own] = value;
    else if (Object.hasOwn(refused, key)) {
      const message = `'${key}' of a '${type.type}' output is not supported`;
      issues.push({ path: [key], kind: 'unsupported', message, hint: refused[key] ?? 'remove it' });
    } else if (Object.hasOwn(unused, key)) {
      const message = `'${key}' has no effect: ${unused[key] ?? ''}`;
      issues.push({ path: [key], kind: 'unused', message, hint: 'remove it' });
    } else if (!passedOver.includes(key)) {
      const message = `'${key}' is no key of an output of type '${type.type}', and has no effect`;
      const hint = didYouMean(key, known, `the keys are ${known.toSorted().join(', ')}`);
      issues.push({ path: [key], kind: 'unused', message, ...(hint && { hint }) });
    }
  }
  const completed = complete?.(output);
  const keyOf = (key: string): string =>
    Object.entries(keys).find(([, own]) => own === key)?.[0] ?? key;
  return {
    // dbt's default is one thread.
    raw: { threads: 1, ...options, ...completed?.options },
    keyOf,
    issues: [...issues, ...(completed?.issues ?? [])],
    completed,
  };
}

/** Only the output that is used must be one that can be. */
function refuseType(
  name: string,
  type: JsonValue | undefined,
  { targetTypes }: ProfileRequest,
): ConfigIssue {
  const names = targetTypes.filter(({ profile }) => profile !== undefined).map((each) => each.type);
  const known = joinOr(names.map((each) => `'${each}'`));
  const hint = `add an output of type ${known} to the profile, and use it with --target or 'target:'`;
  if (type === undefined) {
    return { path: [], kind: 'invalid-value', message: `the output '${name}' has no 'type'`, hint };
  }
  const meant = typeof type === 'string' ? didYouMean(type, names, hint) : hint;
  const message = `the output '${name}' is of the type ${typeof type === 'string' ? `'${type}'` : describeValue(type)}; stedi-sql runs on ${known}`;
  return { path: ['type'], kind: 'unsupported', message, ...(meant && { hint: meant }) };
}

function readOutput(
  document: YamlDocument,
  output: ConfigEntries,
  name: string,
  request: ProfileRequest,
  outputs: ConfigEntries,
): Result<ValidatedTarget> {
  const base = [request.profile.name, 'outputs', name];
  const rendered = renderTarget(document, output, base, request.renderValue);
  if (rendered.diagnostics.some(({ severity }) => severity === 'error')) {
    return failure(rendered.diagnostics);
  }
  const report = (issues: readonly ConfigIssue[]): readonly Diagnostic[] =>
    reportIssues(document, issuesBelow(base, issues));
  const type = request.targetTypes.find((each) => each.type === rendered.value['type']);
  if (type?.profile === undefined) {
    return failure(report([refuseType(name, rendered.value['type'], request)]));
  }
  const { raw, keyOf, issues, completed } = translateOutput(rendered.value, type);
  const inOutput = ([key, ...rest]: readonly (string | number)[]) =>
    key === undefined ? [] : [keyOf(String(key)), ...rest];
  const validated = validateTarget(name, raw, request.targetTypes, {
    isRendered: (path) => rendered.isRendered(inOutput(path)),
    convertible: (path) =>
      rendered.isRendered(inOutput(path)) || isBooleanWord(document, [...base, ...inOutput(path)]),
  });
  const found = [
    ...rendered.diagnostics,
    ...report(issues),
    ...report(validated.issues.map((issue) => ({ ...issue, path: inOutput(issue.path) }))),
  ];
  if (validated.value === null || hasErrors(found)) return failure(found);
  const { target, vars } = validated.value;
  const sql = chooseSql({
    targetType: target.type,
    outputTypes: outputTypesOf(outputs),
    targetTypes: request.targetTypes,
    ...request.sqlVariable,
  });
  if (!sql.ok) return failure([...found, ...sql.diagnostics]);
  const { connection, session = {}, database = target.database } = completed ?? {};
  const isNative = sql.value.dialect === 'native';
  // Models in the SQL for all targets mean the same on each, whatever a profile says.
  const passed = Object.keys(isNative ? {} : session).map((key): ConfigIssue => {
    const message = `'${key}' has no effect, because ${sql.value.reason}: models mean the same on every target`;
    return { path: [key], kind: 'unused', message, hint: 'remove it' };
  });
  const options = { ...target.options, ...connection, ...(isNative && session) };
  return resultOf(
    {
      target: { ...target, database, options, profileName: request.profile.name },
      vars,
      sql: sql.value,
    },
    [...found, ...sql.diagnostics, ...report(passed)],
  );
}

/**
 * Returns the target that a profile of dbt's `profiles.yml` describes: its output by the name of `--target`, else the
 * profile's `target:`. Templates are rendered in that output alone. Diagnostics: `profile-not-found`,
 * `target-not-found`, `file-unreadable`, `yaml-syntax`, `config-*`, and those of rendering.
 */
export function readProfile(request: ProfileRequest): Result<ValidatedTarget> {
  const read = readProfilesFile(request);
  if (!read.ok) return read;
  const target = readTarget(read.value, request);
  return { ...target, diagnostics: [...read.diagnostics, ...target.diagnostics] };
}

function readTarget(document: YamlDocument, request: ProfileRequest): Result<ValidatedTarget> {
  const { profile } = request;
  const profiles = isMapping(document.value) ? document.value : {};
  const names = Object.keys(profiles).filter((name) => name !== 'config');
  const raw = Object.hasOwn(profiles, profile.name) ? profiles[profile.name] : undefined;
  if (!isMapping(raw)) {
    return notFound(
      `the profile '${profile.name}' is not in ${document.path}`,
      profile.location,
      didYouMean(profile.name, names, `profiles: ${names.join(', ')}`) ?? 'write it there',
    );
  }
  const outputs = raw['outputs'];
  if (!isMapping(outputs) || Object.keys(outputs).length === 0) {
    const message = `the profile '${profile.name}' has no 'outputs'`;
    const location = document.locate([profile.name], { key: true });
    const hint = "describe a connection under 'outputs:'";
    return failure([errorDiagnostic('config-invalid-value', message, { location, hint })]);
  }
  const chosen = chooseOutput(document, raw, request);
  if (!chosen.ok) return chosen;
  const { name, location } = chosen.value;
  const output = Object.hasOwn(outputs, name) ? outputs[name] : undefined;
  if (!isMapping(output)) {
    const known = Object.keys(outputs);
    const message = `the target '${name}' is not an output of the profile '${profile.name}' in ${document.path}`;
    const hint = didYouMean(name, known, `outputs: ${known.join(', ')}`);
    return failure([errorDiagnostic('target-not-found', message, { location, hint })]);
  }
  const target = readOutput(document, output, name, request, outputs);
  return { ...target, diagnostics: [...chosen.diagnostics, ...target.diagnostics] };
}
