import type { Diagnostic, SourceLocation } from '../core/diagnostic.js';
import type { JsonValue } from '../core/node.js';
import { failure, success, type Result } from '../core/result.js';
import { redactedText } from '../core/secrets.js';
import { envVarFunction, varFunction } from './template/context-functions.js';
import { checkFilter } from './template/filters.js';
import { createOutput } from './template/output.js';
import { createGlobals, runTemplate } from './template/run-template.js';
import { parseTemplate } from './template/template-parser.js';
import { TemplateProblem } from './template/template-problem.js';
import { loadTemplate } from './template/template-text.js';
import { checkTest } from './template/tests.js';
import type { Value } from './template/values.js';

/** A project in dbt's form has its variables in its own file, also where its profile asks for them. */
function projectFileOf({ path }: SourceLocation): string | undefined {
  return /(?:^|\/)(?:dbt_project|profiles)\.yml$/u.test(path) ? 'dbt_project.yml' : undefined;
}

/**
 * Returns a string of `stedi_project.yml` with its template rendered: `"{{ env_var('WAREHOUSE_PATH') }}"`. Only
 * `env_var` and `var` are there, and here `env_var` gives secrets too; the result may hold them, diagnostics never do.
 * Problems are reported at `location`, the place of the string. Diagnostics: `template-*`, `var-undefined`,
 * `env-var-undefined`.
 */
export function renderConfigValue(options: {
  readonly text: string;
  readonly location: SourceLocation;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly vars: Readonly<Record<string, JsonValue>>;
}): Result<string> {
  const { text, location, env, vars } = options;
  if (!/\{[{%#]/.test(text)) return success(text);
  const secrets = new Set<string>();
  const onSecret = (value: string): void => {
    secrets.add(value);
  };
  const globals = createGlobals({
    extra: {},
    values: [
      new Map<string, Value>([
        ['env_var', envVarFunction(env, { allowed: true, onSecret })],
        ['var', varFunction(vars, projectFileOf(location))],
      ]),
    ],
    data: {},
    refused: new Map(),
  });
  const template = loadTemplate({ path: location.path, content: text });
  const output = createOutput();
  const atValue = (diagnostics: readonly Diagnostic[]): Diagnostic[] =>
    diagnostics.map(({ code, severity, message, hint }) => ({
      code,
      severity,
      message: withoutSecrets(message, secrets),
      location,
      ...(hint !== undefined && { hint: withoutSecrets(hint, secrets) }),
    }));
  try {
    const root = parseTemplate(template, { checkFilter, checkTest });
    const run = runTemplate(root, template, globals, output, { strictUndefined: true });
    const diagnostics = atValue(run.diagnostics);
    return run.ok ? success(output.text(), diagnostics) : failure(diagnostics);
  } catch (thrown) {
    if (!(thrown instanceof TemplateProblem)) throw thrown;
    return failure(atValue([thrown.toDiagnostic(undefined)]));
  }
}

function withoutSecrets(text: string, secrets: ReadonlySet<string>): string {
  return [...secrets]
    .filter((secret) => secret !== '')
    .reduce((redacted, secret) => redacted.replaceAll(secret, redactedText), text);
}
