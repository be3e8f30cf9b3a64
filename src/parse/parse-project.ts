import type { Diagnostic } from '../core/diagnostic.js';
import type { BuiltNode, ParsedNode, VersionId } from '../core/node.js';
import type { ParsedProject } from '../core/parsed-project.js';
import type { Project } from '../core/project.js';
import { failure, resultOf, type Result } from '../core/result.js';
import { captureHooks } from './capture-hooks.js';
import { findAmbiguousNames, findDuplicates, findRelationCollisions } from './find-collisions.js';
import { findReplacedMacros } from './find-replaced-macros.js';
import { readFolderConfig } from './folder-config.js';
import { locateExternal } from './locate-external.js';
import { listGenericTests } from './generic-tests/project-tests.js';
import { quoteTemplateString } from './generic-tests/sql-text.js';
import type { LocatedNode } from './located-node.js';
import { readModelEntries, type DescribedModel } from './model-entries.js';
import { describeMacros } from './describe-macros.js';
import { describeVersions } from './model-versions.js';
import { parseAnalyses } from './parse-analyses.js';
import { createDocTable, parseDocs } from './parse-docs.js';
import { parseExposures } from './parse-exposures.js';
import { parseGenericTests, type TestTarget } from './parse-generic-tests.js';
import { createRelationNamer } from './name-relations.js';
import { checkGroups, parseGroups } from './parse-groups.js';
import { parseModels } from './parse-models.js';
import { parseOperations } from './parse-operations.js';
import type { ParseOptions } from './parse-options.js';
import { parseUnitTests } from './parse-unit-tests.js';
import { parseSingularTests } from './parse-singular-tests.js';
import { parseSources } from './parse-sources.js';
import { renderDescriptions } from './render-descriptions.js';
import { renderProperties } from './render-properties.js';
import { parseSeeds } from './seeds/parse-seeds.js';
import { keepTargetSchema, parseSnapshots } from './snapshots/parse-snapshots.js';

/**
 * Returns the nodes of a project: a model per SQL file and per declared external table, a seed per CSV file, a snapshot per block and per YAML entry with a `relation`, the data tests that YAML files
 * ask for and those in SQL files, the tables of sources, each with its resolved configuration. Refs are captured, not
 * resolved. Every template is rendered once. Diagnostics: `template-*`, `var-undefined`, `env-var-undefined`,
 * `config-*`, `duplicate-name`, `model-empty`, `properties-without-model`, `materialization-invalid`, `test-unknown`,
 * `test-invalid`, `relation-collision`, `seed-*`, `snapshot-invalid`.
 */
export function parseProject(written: Project, givenOptions: ParseOptions): Result<ParsedProject> {
  const { blocks, diagnostics: docDiagnostics } = parseDocs(written);
  const docs = createDocTable([...blocks, ...(givenOptions.otherDocs ?? [])], written.name);
  const options = { ...givenOptions, docs };
  const { project: rendered, diagnostics: valueDiagnostics } = renderProperties(written, options);
  // As when a file is read: what was rendered and does not fit is all there is to say.
  if (valueDiagnostics.some(({ severity }) => severity === 'error')) {
    return failure([...docDiagnostics, ...valueDiagnostics]);
  }
  const { project, diagnostics: descriptionDiagnostics } = renderDescriptions(rendered, options);
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
  const withHooks = <Node extends BuiltNode>(each: LocatedNode<Node>) => {
    const { node, diagnostics } = captureHooks(namer.name(each.node), options);
    hookDiagnostics.push(...diagnostics);
    return { ...each, node };
  };
  const models = parsedModels.map(withHooks).map((each) => {
    const { node, diagnostics } = locateExternal(each.node, options);
    hookDiagnostics.push(...diagnostics);
    return { ...each, node };
  });
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
  const snapshots = parsedSnapshots.map(withHooks).map((each) => ({
    ...each,
    node: keepTargetSchema(each.node),
  }));
  const sourceFolders = readFolderConfig(project, 'source', options);
  const { sources, diagnostics: sourceDiagnostics } = parseSources(project, sourceFolders, options);
  const exposureFolders = readFolderConfig(project, 'exposure', options);
  const unitTestFolders = readFolderConfig(project, 'unit_test', options);
  const { groups, diagnostics: groupDiagnostics } = parseGroups(project);
  const { exposures, diagnostics: exposureDiagnostics } = parseExposures(
    project,
    exposureFolders,
    options,
  );
  const { analyses, diagnostics: analysisDiagnostics } = parseAnalyses(
    project,
    modelFolders,
    options,
  );
  const operations = parseOperations(project, modelFolders, options);
  const { macros, diagnostics: describedDiagnostics } = describeMacros(
    options.engine.macros,
    project,
  );
  const isRoot = project.name === options.context.projectName;
  const macroDiagnostics = [
    ...describedDiagnostics,
    ...(isRoot && options.isDbtForm === true
      ? findReplacedMacros(options.engine.macros, project, options.macroPrefixes ?? [])
      : []),
  ];

  const toTarget = (
    resource: BuiltNode['resourceType'],
    built: readonly LocatedNode<BuiltNode>[],
  ) => {
    const disabled = idsOnlyOfDisabled(built.map(({ node }) => node));
    return ({ entry, properties }: DescribedModel, version?: VersionId): TestTarget => {
      const uniqueId = `${resource}.${project.name}.${entry.name}${version === undefined ? '' : `.v${version}`}`;
      const call = [quoteTemplateString(entry.name), ...versionArgument(version)].join(', ');
      return {
        kind: 'model',
        label: version === undefined ? entry.name : `${entry.name}_v${version}`,
        relation: `{{ ref(${call}) }}`,
        call: `ref('${entry.name}'${version === undefined ? '' : `, version='${version}'`})`,
        uniqueId,
        enabled: !disabled.has(uniqueId),
        properties,
        tests: entry.tests,
        columns: entry.columns,
      };
    };
  };
  const toModelTarget = toTarget('model', models);
  const known = new Set(models.map(({ node }) => node.name));
  // As in dbt, what is said of a seed under `models:` is a warning, and its tests are tests of the seed; an entry for what is
  // not there at all is a warning, and has none.
  const targetElsewhere = (described: DescribedModel): readonly TestTarget[] => {
    const isNamed = ({ node }: { readonly node: { readonly name: string } }): boolean =>
      node.name === described.entry.name;
    if (seeds.some(isNamed)) return [toTarget('seed', seeds)(described)];
    if (snapshots.some(isNamed)) return [toTarget('snapshot', snapshots)(described)];
    return models.some(isNamed) ? [toModelTarget(described)] : [];
  };
  const modelTargets = [...entries.values()].flatMap((described): readonly TestTarget[] => {
    if (options.isDbtForm === true && !known.has(described.entry.name)) {
      return targetElsewhere(described);
    }
    const { versions } = describeVersions(described, options);
    return versions.length === 0
      ? [toModelTarget(described)]
      : versions.map((each) => toModelTarget(each.described, each.version.v));
  });
  const targets: readonly TestTarget[] = [
    ...modelTargets,
    ...[...describedSeeds.entries.values()].flatMap((seed) =>
      options.isDbtForm === true ? targetElsewhere(seed) : [toTarget('seed', seeds)(seed)],
    ),
    ...[...describedSnapshots.entries.values()].flatMap((each) =>
      options.isDbtForm === true ? targetElsewhere(each) : [toTarget('snapshot', snapshots)(each)],
    ),
    ...sources.map(({ node, entry, properties }): TestTarget => {
      const names = [node.sourceName, node.name].map(quoteTemplateString).join(', ');
      return {
        kind: 'source',
        label: `${node.sourceName}_${node.name}`,
        relation: `{{ source(${names}) }}`,
        call: `source('${node.sourceName}', '${node.name}')`,
        uniqueId: node.uniqueId,
        enabled: node.details?.enabled ?? true,
        tags: node.tags,
        properties,
        tests: entry.tests,
        columns: entry.columns,
      };
    }),
  ];
  const genericTests = listGenericTests(options.engine.macros, project, options.macroPrefixes);
  const surroundings = { project, folders: testFolders, options, genericTests };
  const parsedTests = [
    ...targets.map((target) => parseGenericTests(target, surroundings)),
    parseSingularTests(surroundings),
    parseUnitTests(
      project,
      { folders: unitTestFolders, options },
      models.map(({ node }) => node),
    ),
  ];
  const tests = parsedTests.flatMap((each) => each.tests).map((test) => namer.name(test));

  const located: readonly LocatedNode[] = [
    ...models,
    ...seeds,
    ...snapshots,
    ...tests.map((node) => ({ node, location: node.location })),
    ...sources,
    ...analyses,
    ...exposures,
  ];
  const nodes = located.map(({ node }) => node);
  const parsed: ParsedProject = {
    nodes: nodes.filter(isEnabled),
    macros,
    disabled: nodes.filter((node) => !isEnabled(node)),
    docs: blocks,
    groups,
    ...(operations.length > 0 && { operations }),
  };
  return resultOf(parsed, [
    ...docDiagnostics,
    ...valueDiagnostics,
    ...descriptionDiagnostics,
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
    ...sourceFolders.diagnostics,
    ...exposureFolders.diagnostics,
    ...unitTestFolders.diagnostics,
    ...sourceDiagnostics,
    ...groupDiagnostics,
    ...checkGroups(
      [...models, ...seeds, ...snapshots].map(({ node }) => node),
      {
        groups,
        describedOf: ({ resourceType, name }) =>
          ({ model: entries, seed: describedSeeds.entries, snapshot: describedSnapshots.entries })[
            resourceType
          ].get(name),
      },
    ),
    ...exposureDiagnostics,
    ...analysisDiagnostics,
    ...macroDiagnostics,
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
    ...sourceFolders.findUnused(),
    ...exposureFolders.findUnused(),
    ...unitTestFolders.findUnused(),
  ]);
}

/** Of two files for one model, one may be disabled. */
function idsOnlyOfDisabled(models: readonly BuiltNode[]): ReadonlySet<string> {
  const ids = new Set(models.filter((node) => !isEnabled(node)).map(({ uniqueId }) => uniqueId));
  for (const node of models) if (isEnabled(node)) ids.delete(node.uniqueId);
  return ids;
}

/** Returns the arguments of a `ref` that name a version: a text where it is one. */
function versionArgument(version: VersionId | undefined): readonly string[] {
  if (version === undefined) return [];
  return [`v=${typeof version === 'number' ? version : quoteTemplateString(version)}`];
}

function isEnabled(node: ParsedNode): boolean {
  if (node.resourceType === 'source') return node.details?.enabled ?? true;
  return node.resourceType === 'exposure' ? node.enabled : node.config.enabled;
}
