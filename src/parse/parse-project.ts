import type { ModelNode, ParsedNode } from '../core/node.js';
import type { ParsedProject } from '../core/parsed-project.js';
import type { Project } from '../core/project.js';
import { resultOf, type Result } from '../core/result.js';
import { findDuplicates, findRelationCollisions } from './find-collisions.js';
import { readFolderConfig } from './folder-config.js';
import { quoteTemplateString } from './generic-tests/sql-text.js';
import type { LocatedNode } from './located-node.js';
import { readModelEntries } from './model-entries.js';
import { parseGenericTests, type TestTarget } from './parse-generic-tests.js';
import { parseModels } from './parse-models.js';
import type { ParseOptions } from './parse-options.js';
import { parseSingularTests } from './parse-singular-tests.js';
import { parseSources } from './parse-sources.js';
import { refuseLimit } from './refuse-limit.js';

/**
 * Returns the nodes of a project: a model per SQL file and per declared external table, the data tests that YAML files
 * ask for and those in SQL files, the tables of sources, each with its resolved configuration. Refs are captured, not
 * resolved. Every template is rendered once. Diagnostics: `template-*`, `var-undefined`, `env-var-undefined`,
 * `config-*`, `duplicate-name`, `model-empty`, `properties-without-model`, `materialization-invalid`, `test-unknown`,
 * `test-invalid`, `relation-collision`.
 */
export function parseProject(project: Project, given: ParseOptions): Result<ParsedProject> {
  const options = { ...given, validateConfig: refuseLimit(given.validateConfig) };
  const modelFolders = readFolderConfig(project, 'model', options);
  const testFolders = readFolderConfig(project, 'test', options);
  const { entries, diagnostics: entryDiagnostics } = readModelEntries(project, options);
  const { models, diagnostics: modelDiagnostics } = parseModels(
    project,
    { entries, folders: modelFolders },
    options,
  );
  const sources = parseSources(project);

  const disabledNames = namesOnlyOfDisabled(models.map(({ node }) => node));
  const targets: readonly TestTarget[] = [
    ...[...entries.values()].map(({ entry, properties }): TestTarget => ({
      kind: 'model',
      label: entry.name,
      relation: `{{ ref(${quoteTemplateString(entry.name)}) }}`,
      uniqueId: `model.${project.name}.${entry.name}`,
      enabled: !disabledNames.has(entry.name),
      properties,
      tests: entry.tests,
      columns: entry.columns,
    })),
    ...sources.map(({ node, entry, properties }): TestTarget => {
      const names = [node.sourceName, node.name].map(quoteTemplateString).join(', ');
      return {
        kind: 'source',
        label: `${node.sourceName}_${node.name}`,
        relation: `{{ source(${names}) }}`,
        uniqueId: node.uniqueId,
        enabled: true,
        properties,
        tests: entry.tests,
        columns: entry.columns,
      };
    }),
  ];
  const surroundings = { project, folders: testFolders, options };
  const parsedTests = [
    ...targets.map((target) => parseGenericTests(target, surroundings)),
    parseSingularTests(surroundings),
  ];
  const tests = parsedTests.flatMap((each) => each.tests);

  const located: readonly LocatedNode[] = [
    ...models,
    ...tests.map((node) => ({ node, location: node.location })),
    ...sources,
  ];
  const nodes = located.map(({ node }) => node);
  const parsed: ParsedProject = {
    nodes: nodes.filter(isEnabled),
    macros: options.engine.macros,
    disabled: nodes.filter((node) => !isEnabled(node)),
  };
  return resultOf(parsed, [
    ...modelFolders.diagnostics,
    ...testFolders.diagnostics,
    ...entryDiagnostics,
    ...modelDiagnostics,
    ...parsedTests.flatMap((each) => each.diagnostics),
    ...findDuplicates(located.filter(({ node }) => isEnabled(node))),
    ...findRelationCollisions(models),
    ...modelFolders.findUnused(),
    ...testFolders.findUnused(),
  ]);
}

/** Of two files for one model, one may be disabled. */
function namesOnlyOfDisabled(models: readonly ModelNode[]): ReadonlySet<string> {
  const names = new Set(models.filter((node) => !isEnabled(node)).map(({ name }) => name));
  for (const node of models) if (isEnabled(node)) names.delete(node.name);
  return names;
}

function isEnabled(node: ParsedNode): boolean {
  return node.resourceType === 'source' || node.config.enabled;
}
