import { configIssueDiagnostic } from '../core/config-issue.js';
import {
  errorDiagnostic,
  hasErrors,
  type Diagnostic,
  type SourceLocation,
} from '../core/diagnostic.js';
import type { JsonValue } from '../core/node.js';
import type { ConfigEntries } from '../core/node-config.js';
import { failure, resultOf, success, type Result } from '../core/result.js';
import { didYouMean } from '../core/suggest.js';
import type { TargetType } from '../core/target-type.js';
import { replaceAt } from './convert-texts.js';
import { describeValue } from './describe-value.js';
import { findTemplates, holdsTemplate } from './find-templates.js';
import { projectFileName } from './project-file-name.js';
import { projectDefaults } from './project-schema.js';
import { isMapping } from '../core/is-mapping.js';
import { isBooleanWord } from './read-config-entries.js';
import { issuesBelow, reportIssues } from './report-issues.js';
import { checkTargetVars } from './read-vars.js';
import { validateTarget, type ValidatedTarget } from './validate-target.js';
import { valueAt } from './validate-value.js';
import type { ValuePath, YamlDocument } from './yaml-document.js';

/** Renders the Jinja of one text in a target, such as `{{ env_var('X') }}`. Given by `compile/`. */
export type RenderValue = (text: string, location: SourceLocation) => Result<string>;

/** A target by name, and where it is asked for: `--target` or `target:`. */
export interface AskedTarget {
  readonly name: string;
  readonly location: SourceLocation;
}

/** What reading a target needs from outside. */
export interface TargetOptions {
  readonly targetTypes: readonly TargetType[];
  readonly renderValue: RenderValue;
}

/** What reading `targets:` needs from the rest of the file. */
export interface ReadTargetsOptions extends TargetOptions {
  /** The project's variables, which a target may give other values. */
  readonly declaredVars: ConfigEntries;
}

/**
 * Returns the target of a project without `targets:`, by the name `local`. Diagnostics: `target-not-found` if another
 * name is asked for; `config-*` if the caller's own target is wrong.
 */
export function readDefaultTarget(
  raw: ConfigEntries,
  asked: AskedTarget | null,
  { targetTypes }: TargetOptions,
): Result<ValidatedTarget> {
  const { targetName } = projectDefaults;
  if (asked !== null && asked.name !== targetName)
    return failure([unknownTarget(asked, [targetName])]);
  const origins = { isRendered: () => false, convertible: () => false };
  const { value, issues } = validateTarget(targetName, raw, targetTypes, origins);
  if (value !== null) return success(value);
  const location = { path: projectFileName };
  return failure(issues.map((issue) => configIssueDiagnostic(issue, location)));
}

function unknownTarget({ name, location }: AskedTarget, names: readonly string[]): Diagnostic {
  const hint = didYouMean(name, names, `targets: ${names.join(', ')}`);
  const message = `the target '${name}' is not defined in ${projectFileName}`;
  return errorDiagnostic('target-not-found', message, { location, hint });
}

/** Chooses the name of the target to use. */
function chooseName(
  document: YamlDocument,
  names: readonly string[],
  asked: AskedTarget | null,
): string | Diagnostic {
  if (asked !== null) {
    return names.includes(asked.name) ? asked.name : unknownTarget(asked, names);
  }
  const [only, ...others] = names;
  if (only !== undefined && others.length === 0) return only;
  const { targetName } = projectDefaults;
  if (names.includes(targetName)) return targetName;
  const message = 'several targets are defined, and none is the default';
  const location = document.locate(['targets'], { key: true });
  return errorDiagnostic('target-not-found', message, {
    location,
    hint: `add 'target: ${only ?? ''}', or use --target`,
  });
}

/** Returns the chosen target with its texts rendered; `isRendered` tells which came out of a template. */
export function renderTarget(
  document: YamlDocument,
  raw: ConfigEntries,
  base: ValuePath,
  render: RenderValue,
) {
  const paths = findTemplates(raw);
  const diagnostics: Diagnostic[] = [];
  let value: JsonValue = raw;
  for (const path of paths) {
    const result = render(String(valueAt(raw, path)), document.locate([...base, ...path]));
    diagnostics.push(...result.diagnostics);
    if (result.ok) value = replaceAt(value, path, result.value);
  }
  const keys = new Set(paths.map((path) => path.join('\u0000')));
  return {
    value: value as ConfigEntries,
    diagnostics,
    isRendered: (path: ValuePath) => keys.has(path.join('\u0000')),
  };
}

/**
 * Returns the target to use out of `targets:` and checks all of them. Templates are rendered in the chosen target only,
 * because another target's environment variables need not be set here; for the same reason issues with a text that
 * holds Jinja are left out in the others. `vars:` of a target may give values to variables of the project only, of their
 * own type.
 * Diagnostics: `target-not-found`, `config-*`, and those of rendering.
 */
export function readTargets(
  document: YamlDocument,
  targets: ConfigEntries,
  asked: AskedTarget | null,
  { targetTypes, renderValue, declaredVars }: ReadTargetsOptions,
): Result<ValidatedTarget> {
  const diagnostics: Diagnostic[] = [];
  const chosen = chooseName(document, Object.keys(targets), asked);
  if (typeof chosen !== 'string') diagnostics.push(chosen);
  let read: ValidatedTarget | null = null;
  for (const [name, raw] of Object.entries(targets)) {
    const base = ['targets', name];
    if (!isMapping(raw)) {
      const message = `target '${name}' must be a mapping, found ${describeValue(raw)}`;
      const issue = { path: base, kind: 'invalid-value', message } as const;
      diagnostics.push(...reportIssues(document, [issue]));
      continue;
    }
    const rendered =
      name === chosen
        ? renderTarget(document, raw, base, renderValue)
        : { value: raw, diagnostics: [], isRendered: () => false };
    diagnostics.push(...rendered.diagnostics);
    if (hasErrors(rendered.diagnostics)) continue;
    const validated = validateTarget(name, rendered.value, targetTypes, {
      isRendered: rendered.isRendered,
      convertible: (path) =>
        rendered.isRendered(path) || isBooleanWord(document, [...base, ...path]),
    });
    const found = [
      ...validated.issues,
      ...checkTargetVars(declaredVars, rendered.value, rendered.isRendered),
    ];
    const issues = found.filter(
      ({ path }) => name === chosen || !holdsTemplate(valueAt(raw, path)),
    );
    diagnostics.push(...reportIssues(document, issuesBelow(base, issues)));
    if (name === chosen) read = validated.value;
  }
  return read === null ? failure(diagnostics) : resultOf(read, diagnostics);
}
