import { warningDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import { describeValue } from './describe-value.js';
import type { ValuePath, YamlDocument } from './yaml-document.js';

function hintFor(yaml11: string, spelling: string): string {
  if (yaml11 === 'true' || yaml11 === 'false') {
    return `write ${yaml11}, or quote the text: '${spelling}'`;
  }
  return `quote it to keep it as it is written: '${spelling}'`;
}

/**
 * Returns a warning `yaml-ambiguous` for each plain scalar that YAML 1.1 tools (dbt among them) read differently, except
 * the values at the paths given and those where one of `others` already points.
 */
export function warnAmbiguous(
  document: YamlDocument,
  options: { readonly except: readonly ValuePath[]; readonly others: readonly Diagnostic[] },
): readonly Diagnostic[] {
  if (document.ambiguities.length === 0) return [];
  const excepted = new Set(options.except.map((path) => document.nodeAt(path)?.span.start));
  const taken = new Set(
    options.others.map(({ location }) => `${location?.line ?? ''}:${location?.column ?? ''}`),
  );
  return document.ambiguities.flatMap(({ span, value, yaml11 }) => {
    const location = document.locateSpan(span);
    if (excepted.has(span.start)) return [];
    if (taken.has(`${location.line ?? ''}:${location.column ?? ''}`)) return [];
    const spelling = document.textOf(span);
    return [
      warningDiagnostic(
        'yaml-ambiguous',
        `${spelling} without quotes is ${describeValue(value)} here, but ${yaml11} for dbt and other YAML 1.1 tools`,
        { location, hint: hintFor(yaml11, spelling) },
      ),
    ];
  });
}
