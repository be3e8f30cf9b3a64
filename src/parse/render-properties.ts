import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { JsonValue } from '../core/node.js';
import type { Project, PropertiesFile } from '../core/project.js';
import type { ParseOptions } from './parse-options.js';
import { renderText } from './render-yaml.js';

/**
 * Returns the project with the Jinja in its properties files rendered wherever dbt renders it before it reads an entry:
 * names, `meta`, columns, owners of exposures, rows of unit tests. Files without any are the same objects. Diagnostics, at
 * the text: those of `renderYaml`, `template-undefined` for what prints only what is not there, and `config-*` for a value
 * that does not fit its place.
 */
export function renderProperties(
  project: Project,
  options: ParseOptions,
): { readonly project: Project; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const renderFile = (properties: PropertiesFile): PropertiesFile => {
    if (properties.withRendered === undefined) return properties;
    const read = properties.withRendered((content, path): JsonValue | undefined => {
      const rendered = renderText(content, properties.locate(path), options);
      // dbt cannot write down what is nothing; a text around it is a text.
      const isNothing = rendered.text === '' && rendered.value === undefined;
      diagnostics.push(
        ...rendered.diagnostics.map((each) =>
          isNothing && each.code === 'template-warning'
            ? errorDiagnostic('template-undefined', each.message, { location: each.location })
            : each,
        ),
      );
      if (rendered.diagnostics.some(({ severity }) => severity === 'error')) return undefined;
      return rendered.value === undefined ? rendered.text : rendered.value;
    });
    diagnostics.push(...read.diagnostics);
    return read.file;
  };
  if (project.properties.every(({ withRendered }) => withRendered === undefined)) {
    return { project, diagnostics };
  }
  return { project: { ...project, properties: project.properties.map(renderFile) }, diagnostics };
}
