import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { TestNode } from '../core/node.js';
import { mergeNodeConfig } from '../core/node-config.js';
import type { SourceFile } from '../core/project.js';
import { indexLines, locateSpan } from '../core/text-position.js';
import { captureFile, emptyFileDiagnostic } from './capture-file.js';
import { fileStem, foldersBelow, fullyQualifiedName } from './fully-qualified-name.js';
import type { ParsedTests, TestSurroundings } from './parse-generic-tests.js';
import { toTestSettings } from './test-settings.js';
import { readUnrenderedConfig } from './unrendered-config.js';

/**
 * Returns a data test per SQL file under the test paths. Diagnostics: `template-*`, `config-*`, `model-empty`, and
 * `template-unsupported` for generic tests of the project's own (`tests/generic/`, `{% test %}`).
 */
export function parseSingularTests({ project, folders, options }: TestSurroundings): ParsedTests {
  const tests: TestNode[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const file of project.files) {
    if (file.kind !== 'test') continue;
    const refused = refuseGenericTest(file, project.paths.tests);
    if (refused !== undefined) {
      diagnostics.push(refused);
      continue;
    }
    const { captured, diagnostics: found } = captureFile(file, 'test', options);
    diagnostics.push(...found);
    if (captured === null) continue;

    const { path, content } = file;
    const name = fileStem(path);
    const fqn = fullyQualifiedName(project.name, path, project.paths.tests, name);
    const settings = toTestSettings([...folders.levelsOf(fqn), captured.config]);
    if (settings.config.enabled && !captured.captured.hasSql) {
      diagnostics.push(emptyFileDiagnostic('test', name, path));
    }
    tests.push({
      resourceType: 'test',
      uniqueId: `test.${project.name}.${name}`,
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
      vars: captured.captured.vars,
      unrenderedConfig: mergeNodeConfig([
        ...folders.unrenderedLevelsOf(fqn),
        readUnrenderedConfig(content),
      ]),
      checksum: options.hash(content),
      generic: null,
      severity: settings.severity,
      location: { path },
    });
  }
  return { tests, diagnostics };
}

function refuseGenericTest(file: SourceFile, roots: readonly string[]): Diagnostic | undefined {
  const tag = /\{%-?\s*test\s+\w+/.exec(file.content);
  if (tag === null && foldersBelow(file.path, roots)[0] !== 'generic') return undefined;
  const location =
    tag === null
      ? { path: file.path }
      : locateSpan(indexLines(file.content), file.path, {
          start: tag.index,
          end: tag.index + tag[0].length,
        });
  const message = "generic tests of the project's own are not supported yet";
  const hint = 'write a query that returns the wrong rows, in a file of its own under tests/';
  return errorDiagnostic('template-unsupported', message, { location, hint });
}
