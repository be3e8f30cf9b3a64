import type { ConfigIssue } from '../core/config-issue.js';
import {
  errorDiagnostic,
  warningDiagnostic,
  type Diagnostic,
  type SourceLocation,
} from '../core/diagnostic.js';
import type { JsonValue } from '../core/node.js';
import type { ConfigEntries } from '../core/node-config.js';
import { failure, success, type Result } from '../core/result.js';
import { didYouMean, suggest } from '../core/suggest.js';
import { describeValue, renderedValue } from './describe-value.js';
import { isMapping } from '../core/is-mapping.js';
import { withoutPrototype } from './without-prototype.js';
import { warnAmbiguous } from './warn-ambiguous.js';
import { printTimes } from './print-yaml.js';
import type { YamlVersion } from './convert-yaml.js';
import { parseYaml } from './yaml-document.js';

const example = `--vars '{key: value}'`;

/** `{key:value}` without a blank is one key with a colon in it and no value; nobody means that. */
function checkBlanks(vars: ConfigEntries, locate: (key: string) => SourceLocation) {
  return Object.entries(vars)
    .filter(([key, value]) => value === null && key.includes(':'))
    .map(([key]): Diagnostic => {
      const message = `'${key}' in --vars has no value`;
      const hint = `put a blank after the colon: ${key.replace(':', ': ')}`;
      return errorDiagnostic('vars-invalid', message, { location: locate(key), hint });
    });
}

/**
 * Returns the variables of `--vars`, a YAML (or JSON) mapping; an empty text has none. Diagnostics: `vars-invalid`, with
 * places in the text; `yaml-ambiguous` warnings.
 */
export function parseVars(
  text: string,
  { version = '1.2' }: { readonly version?: YamlVersion } = {},
): Result<ConfigEntries> {
  const parsed = parseYaml(text, '--vars', { version });
  if (!parsed.ok) {
    return failure(
      parsed.diagnostics.map((each) => ({
        ...each,
        code: 'vars-invalid' as const,
        message: `--vars is not valid YAML: ${each.message}`,
        hint: each.hint ?? `write ${example}`,
      })),
    );
  }
  const document = parsed.value;
  const { value } = document;
  if (value !== null && !isMapping(value)) {
    const message = `--vars must be a YAML mapping, found ${describeValue(value)}`;
    const details = { location: document.locate([]), hint: `write ${example}` };
    return failure([errorDiagnostic('vars-invalid', message, details)]);
  }
  const vars = printTimes(document, value ?? {});
  const errors = checkBlanks(vars, (key) => document.locate([key], { key: true }));
  if (errors.length > 0) return failure(errors);
  return success(vars, [
    ...parsed.diagnostics.map((each) => ({ ...each, code: 'vars-invalid' as const })),
    ...warnAmbiguous(document, { except: [], others: [], datesAt: [] }),
  ]);
}

/**
 * Returns the variables of a project: those of `vars:`, over them those under the project's own name, as in dbt, over
 * them each of `overrides`: those of the target, those of `--vars`.
 */
export function mergeVars(
  declared: ConfigEntries,
  projectName: string,
  overrides: readonly ConfigEntries[],
): Readonly<Record<string, JsonValue>> {
  const own = Object.hasOwn(declared, projectName) ? declared[projectName] : undefined;
  const project = { ...declared, ...(isMapping(own) ? own : {}) };
  return withoutPrototype(overrides.reduce((vars, each) => ({ ...vars, ...each }), project));
}

function kindOf(value: JsonValue): string {
  return value === null ? 'nothing' : Array.isArray(value) ? 'list' : typeof value;
}

/** A text takes any number or `true`, which print as they would in the text; a text that should be one of them is none. */
function fits(value: JsonValue, declared: JsonValue): boolean {
  const [kind, declaredKind] = [kindOf(value), kindOf(declared)];
  if (value === null || declared === null || kind === declaredKind) return true;
  return declaredKind === 'string' && kind !== 'list' && kind !== 'object';
}

/**
 * Returns what is wrong with the `vars:` of a target: a variable that the project does not declare would change nothing,
 * and a value of another type would hardly do what is meant. Paths are relative to the target. `isRendered` tells values
 * that no message may show.
 */
export function checkTargetVars(
  declared: ConfigEntries,
  target: ConfigEntries,
  isRendered: (path: readonly (string | number)[]) => boolean,
): readonly ConfigIssue[] {
  const { vars } = target;
  if (vars === undefined || !isMapping(vars)) return [];
  return Object.entries(vars).flatMap(([name, value]): readonly ConfigIssue[] => {
    const path = ['vars', name];
    const own = Object.hasOwn(declared, name) ? declared[name] : undefined;
    if (own === undefined) {
      const message = `the variable '${name}' is not under 'vars:' in the project`;
      const hint = didYouMean(name, Object.keys(declared), `declare it under 'vars:'`);
      return [{ path, kind: 'unknown-key', message, ...(hint !== undefined && { hint }) }];
    }
    if (fits(value, own)) return [];
    const found = isRendered(path) ? renderedValue : describeValue(value);
    const message = `the target gives '${name}' ${found}, in the place of ${describeValue(own)}`;
    return [{ path, kind: 'invalid-value', message, hint: 'give a value of the same type' }];
  });
}

/**
 * Returns warnings for variables of `--vars` that hardly do what is meant: of another type than the project's own, such as
 * the text 'false', which a condition takes for true; or of a name that the project nearly has. Code: `vars-unexpected`.
 */
export function compareVars(
  declared: ConfigEntries,
  overrides: ConfigEntries,
): readonly Diagnostic[] {
  const location = { path: '--vars' };
  const names = Object.keys(declared);
  return Object.entries(overrides).flatMap(([name, value]) => {
    const own = Object.hasOwn(declared, name) ? declared[name] : undefined;
    if (own !== undefined) {
      if (fits(value, own)) return [];
      const message = `--vars gives '${name}' ${describeValue(value)}, in the place of ${describeValue(own)}`;
      const example = typeof own === 'object' ? '' : `, such as --vars '{${name}: ${own}}'`;
      const hint = `give a value of the same type${example}`;
      return [warningDiagnostic('vars-unexpected', message, { location, hint })];
    }
    const meant = suggest(name, names);
    if (meant === undefined) return [];
    const message = `the variable '${name}' of --vars is not under 'vars:' in the project`;
    return [
      warningDiagnostic('vars-unexpected', message, { location, hint: `did you mean '${meant}'?` }),
    ];
  });
}
