import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { TestNode } from '../core/node.js';
import { mergeNodeConfig } from '../core/node-config.js';
import type { SourceFile } from '../core/project.js';
import { indexLines, locateSpan } from '../core/text-position.js';
import { captureFile, emptyFileDiagnostic } from './capture-file.js';
import { fileStem, fullyQualifiedName } from './fully-qualified-name.js';
import type { ParsedTests, TestSurroundings } from './parse-generic-tests.js';
import { judgeTest, toTestSettings } from './test-settings.js';
import { readUnrenderedConfig } from './unrendered-config.js';

/**
 * Returns a data test per SQL file under the test paths. Diagnostics: `template-*`, `config-*`, `model-empty`, and
 * `template-unsupported` for generic tests (`{% test %}`) outside of `generic/`.
 */
export function parseSingularTests({
  project,
  folders,
  options,
}: Omit<TestSurroundings, 'genericTests'>): ParsedTests {
  const tests: TestNode[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const file of project.files) {
    if (file.kind !== 'test') continue;
    const refused = refuseGenericTest(file, project.paths.tests);
    if (refused !== undefined) {
      diagnostics.push(refused);
      continue;
    }
    const { path, content } = file;
    const name = fileStem(path);
    const fqn = fullyQualifiedName(project.name, path, project.paths.tests, name);
    const uniqueId = `test.${project.name}.${name}`;
    const { captured, diagnostics: found } = captureFile(file, 'test', options, {
      resourceType: 'test',
      uniqueId,
      name,
      packageName: project.name,
      fqn,
      folders,
      materialized: 'test',
    });
    diagnostics.push(...found);
    if (captured === null) continue;

    const settings = toTestSettings(folders.levelsOf(fqn), [
      captured.config,
      ...folders.overridesOf(fqn),
    ]);
    if (settings.config.enabled && !captured.captured.hasSql) {
      diagnostics.push(emptyFileDiagnostic('test', name, path));
    }
    tests.push({
      resourceType: 'test',
      uniqueId,
      name,
      packageName: project.name,
      path,
      fqn,
      description: settings.description,
      tags: settings.config.tags,
      patchPath: null,
      rawSql: content,
      language: 'sql',
      config: settings.config,
      refs: captured.captured.refs,
      sources: captured.captured.sources,
      macros: captured.captured.macros,
      ...(captured.captured.directMacros && { directMacros: captured.captured.directMacros }),
      vars: captured.captured.vars,
      unrenderedConfig: mergeNodeConfig([
        ...folders.unrenderedLevelsOf(fqn),
        readUnrenderedConfig(content),
        ...folders.unrenderedOverridesOf(fqn),
      ]),
      checksum: options.hash(content.trim()),
      generic: null,
      severity: settings.severity,
      ...judgeTest(name, settings.config, project),
      location: { path },
    });
  }
  return { tests, diagnostics };
}

/** dbt looks for tests that YAML files ask for in `generic` alone. */
function refuseGenericTest(
  file: SourceFile,
  [root = 'tests']: readonly string[],
): Diagnostic | undefined {
  const tag = /\{%-?\s*test\s+\w+/.exec(file.content);
  if (tag === null) return undefined;
  const location = locateSpan(indexLines(file.content), file.path, {
    start: tag.index,
    end: tag.index + tag[0].length,
  });
  const message = 'a test that YAML files can ask for stands outside of the folder for such tests';
  const hint = `move the file to ${root}/generic/`;
  return errorDiagnostic('template-unsupported', message, { location, hint });
}
