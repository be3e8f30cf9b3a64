import { warningDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import { describeValue } from './describe-value.js';
import type { ValuePath, YamlDocument } from './yaml-document.js';
import type { YamlSpan } from './yaml-tree.js';

/** What dbt writes as its text wherever templates do not get the value itself. */
const dateKinds: readonly string[] = ['a date', 'a point in time'];

function hintFor(yaml11: string, spelling: string): string {
  if (yaml11 === 'true' || yaml11 === 'false') {
    return `write ${yaml11}, or quote the text: '${spelling}'`;
  }
  return `quote it to keep it as it is written: '${spelling}'`;
}

/**
 * Returns a warning `yaml-ambiguous` for each plain scalar that YAML 1.1 tools (dbt among them) read differently, except
 * what stands at or below the paths given and those where one of `others` already points.
 */
export function warnAmbiguous(
  document: YamlDocument,
  options: {
    readonly except: readonly ValuePath[];
    readonly others: readonly Diagnostic[];
    /** Where templates get the values themselves, so that a date is told from its text; nowhere if left out. */
    readonly datesAt?: ValuePath;
  },
): readonly Diagnostic[] {
  if (document.ambiguities.length === 0) return [];
  const excepted = options.except.flatMap((path) => document.nodeAt(path)?.span ?? []);
  const { datesAt } = options;
  const dates = datesAt && document.nodeAt(datesAt)?.span;
  const isIn = (span: YamlSpan, around: YamlSpan | undefined): boolean =>
    around !== undefined && span.start >= around.start && span.end <= around.end;
  const taken = new Set(
    options.others.map(({ location }) => `${location?.line ?? ''}:${location?.column ?? ''}`),
  );
  return document.ambiguities.flatMap(({ span, value, yaml11 }) => {
    const location = document.locateSpan(span);
    if (excepted.some((each) => isIn(span, each))) return [];
    if (dateKinds.includes(yaml11) && !isIn(span, dates)) return [];
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
