import type { Diagnostic } from '../core/diagnostic.js';
import type { BuiltNode, ModelNode, ParsedNode, SeedNode } from '../core/node.js';
import type { ParsedProject } from '../core/parsed-project.js';
import type { Project } from '../core/project.js';
import { resultOf, type Result } from '../core/result.js';
import { captureHooks } from './capture-hooks.js';
import { findAmbiguousNames, findDuplicates, findRelationCollisions } from './find-collisions.js';
import { readFolderConfig } from './folder-config.js';
import { listGenericTests } from './generic-tests/project-tests.js';
import { quoteTemplateString } from './generic-tests/sql-text.js';
import type { LocatedNode } from './located-node.js';
import { readModelEntries, type DescribedModel } from './model-entries.js';
import { parseGenericTests, type TestTarget } from './parse-generic-tests.js';
import { createRelationNamer } from './name-relations.js';
import { parseModels } from './parse-models.js';
import type { ParseOptions } from './parse-options.js';
import { parseUnitTests } from './parse-unit-tests.js';
import { parseSingularTests } from './parse-singular-tests.js';
import { parseSources } from './parse-sources.js';
import { parseSeeds } from './seeds/parse-seeds.js';
import { keepTargetSchema, parseSnapshots } from './snapshots/parse-snapshots.js';

/**
 * Returns the nodes of a project: a model per SQL file and per declared external table, a seed per CSV file, a snapshot per block and per YAML entry with a `relation`, the data tests that YAML files
 * ask for and those in SQL files, the tables of sources, each with its resolved configuration. Refs are captured, not
 * resolved. Every template is rendered once. Diagnostics: `template-*`, `var-undefined`, `env-var-undefined`,
 * `config-*`, `duplicate-name`, `model-empty`, `properties-without-model`, `materialization-invalid`, `test-unknown`,
 * `test-invalid`, `relation-collision`, `seed-*`, `snapshot-invalid`.
 */
export function parseProject(project: Project, options: ParseOptions): Result<ParsedProject> {
  const modelFolders = readFolderConfig(project, 'model', options);
  const testFolders = readFolderConfig(project, 'test', options);
  const { entries, diagnostics: entryDiagnostics } = readModelEntries(project, options);
  const namer = createRelationNamer(project, options);
  const { models: parsedModels, diagnostics: modelDiagnostics } = parseModels(
    project,
    { entries, folders: modelFolders },
    options,
  );
  const hookDiagnostics: Diagnostic[] = [];
  const withHooks = <Node extends ModelNode | SeedNode>(each: LocatedNode<Node>) => {
    const { node, diagnostics } = captureHooks(namer.name(each.node), options);
    hookDiagnostics.push(...diagnostics);
    return { ...each, node };
  };
  const models = parsedModels.map(withHooks);
  const seedFolders = readFolderConfig(project, 'seed', options);
  const describedSeeds = readModelEntries(project, options, 'seed');
  const { seeds: parsedSeeds, diagnostics: seedDiagnostics } = parseSeeds(
    project,
    { entries: describedSeeds.entries, folders: seedFolders },
    options,
  );
  const seeds = parsedSeeds.map(withHooks);
  const snapshotFolders = readFolderConfig(project, 'snapshot', options);
  const describedSnapshots = readModelEntries(project, options, 'snapshot');
  const { snapshots: parsedSnapshots, diagnostics: snapshotDiagnostics } = parseSnapshots(
    project,
    { entries: describedSnapshots.entries, folders: snapshotFolders },
    options,
  );
  const snapshots = parsedSnapshots.map((each) => ({
    ...each,
    node: keepTargetSchema(namer.name(each.node)),
  }));
  const sources = parseSources(project);

  const toTarget = (
    resource: BuiltNode['resourceType'],
    built: readonly LocatedNode<BuiltNode>[],
  ) => {
    const disabledNames = namesOnlyOfDisabled(built.map(({ node }) => node));
    return ({ entry, properties }: DescribedModel): TestTarget => ({
      kind: 'model',
      label: entry.name,
      relation: `{{ ref(${quoteTemplateString(entry.name)}) }}`,
      uniqueId: `${resource}.${project.name}.${entry.name}`,
      enabled: !disabledNames.has(entry.name),
      properties,
      tests: entry.tests,
      columns: entry.columns,
    });
  };
  const targets: readonly TestTarget[] = [
    ...[...entries.values()].map(toTarget('model', models)),
    ...[...describedSeeds.entries.values()].map(toTarget('seed', seeds)),
    ...[...describedSnapshots.entries.values()].map(toTarget('snapshot', snapshots)),
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
  const genericTests = listGenericTests(options.engine.macros, project);
  const surroundings = { project, folders: testFolders, options, genericTests };
  const parsedTests = [
    ...targets.map((target) => parseGenericTests(target, surroundings)),
    parseSingularTests(surroundings),
    parseUnitTests(
      project,
      surroundings,
      new Map(
        models
          .map(({ node }) => [node.name, { enabled: isEnabled(node) }] as const)
          .sort(([, one], [, other]) => Number(one.enabled) - Number(other.enabled)),
      ),
    ),
  ];
  const tests = parsedTests.flatMap((each) => each.tests).map((test) => namer.name(test));

  const located: readonly LocatedNode[] = [
    ...models,
    ...seeds,
    ...snapshots,
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
    ...seedFolders.diagnostics,
    ...describedSeeds.diagnostics,
    ...seedDiagnostics,
    ...snapshotFolders.diagnostics,
    ...describedSnapshots.diagnostics,
    ...snapshotDiagnostics,
    ...parsedTests.flatMap((each) => each.diagnostics),
    ...namer.diagnostics(),
    ...hookDiagnostics,
    ...findDuplicates(located.filter(({ node }) => isEnabled(node))),
    ...findRelationCollisions([...models, ...seeds, ...snapshots]),
    ...findAmbiguousNames([...models, ...seeds, ...snapshots]),
    ...modelFolders.findUnused(),
    ...seedFolders.findUnused(),
    ...snapshotFolders.findUnused(),
    ...testFolders.findUnused(),
  ]);
}

/** Of two files for one model, one may be disabled. */
function namesOnlyOfDisabled(models: readonly BuiltNode[]): ReadonlySet<string> {
  const names = new Set(models.filter((node) => !isEnabled(node)).map(({ name }) => name));
  for (const node of models) if (isEnabled(node)) names.delete(node.name);
  return names;
}

function isEnabled(node: ParsedNode): boolean {
  return node.resourceType === 'source' || node.config.enabled;
}
