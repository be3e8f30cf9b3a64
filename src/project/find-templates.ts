import { errorDiagnostic, warningDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { JsonValue } from '../core/node.js';
import type { ValuePath, YamlDocument } from './yaml-document.js';

/** Returns whether a value is a text that holds Jinja. */
export function holdsTemplate(value: unknown): value is string {
  return typeof value === 'string' && /\{[{%#]/.test(value);
}

/** Returns the paths of all texts in a value that hold Jinja. */
export function findTemplates(value: JsonValue, path: ValuePath = []): readonly ValuePath[] {
  if (holdsTemplate(value)) return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]: [string, JsonValue]) =>
    findTemplates(each, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

/** What becomes of Jinja in a YAML value: rendered (or kept as dbt keeps it), kept as text, or refused. */
export type TemplateUse = 'rendered' | 'text' | 'refused';

/**
 * Returns `template-unsupported` for each text whose Jinja nobody renders: an error where the text would act as it
 * stands, a warning where people only read it (a description).
 */
export function checkTemplates(
  document: YamlDocument,
  useOf: (path: ValuePath) => TemplateUse,
): readonly Diagnostic[] {
  if (!document.holdsTemplates) return [];
  return findTemplates(document.value).flatMap((path) => {
    const use = useOf(path);
    if (use === 'rendered') return [];
    const location = document.locate(path);
    const key = path.findLast((each) => typeof each === 'string') ?? 'this value';
    return use === 'text'
      ? warningDiagnostic('template-unsupported', `Jinja in '${key}' stays as it is written`, {
          location,
          hint: 'write the text itself',
        })
      : errorDiagnostic('template-unsupported', `Jinja in '${key}' is not supported yet`, {
          location,
          hint: 'write the value itself',
        });
  });
}
