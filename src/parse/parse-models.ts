import { errorDiagnostic, warningDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { ModelNode, ModelVersion } from '../core/node.js';
import { fromLiteralTemplates } from '../core/literal-text.js';
import { mergeNodeConfig, toNodeConfig } from '../core/node-config.js';
import type { Project } from '../core/project.js';
import { createSuggester, didYouMean } from '../core/suggest.js';
import { captureFile, emptyFileDiagnostic, type CapturedFile } from './capture-file.js';
import { capturePython } from './capture-python.js';
import { checkContract, readContract } from './contract.js';
import { checkExternalTable } from './check-external-table.js';
import { checkMicrobatch } from './check-microbatch.js';
import type { FolderLevels } from './folder-config.js';
import { fileStem, fullyQualifiedName } from './fully-qualified-name.js';
import type { LocatedNode } from './located-node.js';
import { locateEntry, toColumns, type DescribedModel } from './model-entries.js';
import { describeVersions, versionSuffix, type DescribedVersion } from './model-versions.js';
import type { ParseOptions } from './parse-options.js';
import { relationOf } from './relation-of.js';
import { readUnrenderedConfig } from './unrendered-config.js';

/** The project's YAML entries of models by name, and its folder configuration. */
export interface ModelSurroundings {
  readonly entries: ReadonlyMap<string, DescribedModel>;
  readonly folders: FolderLevels;
}

/**
 * Returns a model per SQL file under the model paths, and one per YAML entry of an external table without a file.
 * Configuration: folders < YAML < `config()` in the file. Diagnostics: `template-*`, `config-*`, `model-empty`,
 * `materialization-invalid`, `properties-without-model`.
 */
export function parseModels(
  project: Project,
  { entries, folders }: ModelSurroundings,
  options: ParseOptions,
): {
  readonly models: readonly LocatedNode<ModelNode>[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const diagnostics: Diagnostic[] = [];
  const models: LocatedNode<ModelNode>[] = [];
  const files = project.files.filter(({ kind }) => kind === 'model' || kind === 'python-model');
  const fileNames = new Set(files.map(({ path }) => fileStem(path)));
  const versions = findVersions(entries, fileNames, options);
  diagnostics.push(...versions.diagnostics);
  for (const file of files) {
    const stem = fileStem(file.path);
    if (options.isDbtForm === true && file.content.trim() === '') {
      // As in dbt, which makes nothing of such a file.
      diagnostics.push(emptyModel(stem, file.path));
      continue;
    }
    const versioned = versions.byFile.get(stem);
    const name = versioned?.described.entry.name ?? stem;
    const { captured, diagnostics: found } =
      file.kind === 'python-model'
        ? { captured: capturePython(file), diagnostics: [] }
        : captureFile(file, 'model', options, {
            resourceType: 'model',
            ...identify(name, versioned?.version, file.path, project),
            name,
            packageName: project.name,
            isVersion: versioned !== undefined,
            folders,
            materialized: 'view',
          });
    diagnostics.push(...found);
    if (captured === null) continue;
    const described = versioned?.described ?? entries.get(name);
    const version = versioned?.version;
    const { path } = file;
    const node = toModel({ name, path, captured, described, version, project, folders, options });
    if (version === undefined && versions.models.has(name)) {
      diagnostics.push(strayFile(node, [...versions.byFile.keys()]));
    }
    diagnostics.push(...checkModel(node, captured.captured.hasSql, described));
    models.push({ node, location: { path: file.path } });
  }

  const hintFor = createSuggester([...fileNames]);
  for (const [name, described] of entries) {
    if (fileNames.has(name) || versions.models.has(name)) continue;
    const { path } = described.properties;
    const location = locateEntry(described.properties, described.entry);
    const node = toModel({ name, path, captured: null, described, project, folders, options });
    if (node.config.materialized === 'external_table') {
      diagnostics.push(...checkModel(node, false, described));
      models.push({ node, location });
    } else {
      const message = `expected a SQL file for the model '${name}', found none`;
      const hint = hintFor(name, 'only an external_table needs no SQL file');
      const report = options.isDbtForm === true ? warningDiagnostic : errorDiagnostic;
      diagnostics.push(report('properties-without-model', message, { location, hint }));
    }
  }
  return { models, diagnostics };
}

function identify(
  name: string,
  version: ModelVersion | undefined,
  path: string,
  { name: project, paths }: Pick<Project, 'name' | 'paths'>,
): Pick<ModelNode, 'uniqueId' | 'fqn'> {
  const names = version === undefined ? [name] : [name, `v${version.v}`];
  return {
    uniqueId: `model.${project}.${names.join('.')}`,
    fqn: fullyQualifiedName(project, path, paths.models, ...names),
  };
}

function toModel({
  name,
  path,
  captured,
  described,
  version,
  project,
  folders,
  options,
}: {
  readonly name: string;
  readonly version?: ModelVersion | undefined;
  readonly path: string;
  readonly captured: CapturedFile | null;
  readonly described: DescribedModel | undefined;
  readonly project: Project;
  readonly folders: FolderLevels;
  readonly options: ParseOptions;
}): ModelNode {
  const { uniqueId, fqn } = identify(name, version, path, project);
  const { docBlocks, deprecationDate } = described?.entry ?? {};
  const entries = mergeNodeConfig([
    ...folders.levelsOf(fqn),
    described?.config ?? {},
    captured?.config ?? {},
    ...folders.overridesOf(fqn),
  ]);
  const isPython = captured?.file.kind === 'python-model';
  const config = toNodeConfig(entries, { materialized: isPython ? 'table' : 'view' });
  const rawSql = captured?.file.content ?? '';
  return {
    resourceType: 'model',
    uniqueId,
    name,
    packageName: project.name,
    path,
    fqn,
    description: described?.entry.description ?? '',
    ...(docBlocks && { docBlocks }),
    tags: config.tags,
    patchPath: described?.properties.path ?? null,
    rawSql,
    language: isPython ? 'python' : 'sql',
    config,
    refs: captured?.captured.refs ?? [],
    sources: captured?.captured.sources ?? [],
    macros: captured?.captured.macros ?? [],
    ...(captured?.captured.directMacros && { directMacros: captured.captured.directMacros }),
    vars: captured?.captured.vars ?? [],
    unrenderedConfig: mergeNodeConfig([
      ...folders.unrenderedLevelsOf(fqn),
      fromLiteralTemplates(described?.entry.config ?? {}),
      isPython ? captured.config : readUnrenderedConfig(rawSql),
      ...folders.unrenderedOverridesOf(fqn),
    ]),
    checksum: options.hash(rawSql.trim()),
    columns: toColumns(described?.entry.columns ?? [], described?.properties),
    relation: relationOf(
      version === undefined ? name : `${name}${versionSuffix(version.v)}`,
      config,
      project,
    ),
    ...readContract({ name, path, config, described }, options.hash),
    ...(version && { version }),
    ...(deprecationDate !== undefined && { deprecationDate }),
  };
}

/** The versions of all models. */
interface FoundVersions {
  readonly byFile: ReadonlyMap<string, DescribedVersion>;
  /** The names of the models that have versions. */
  readonly models: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
}

function findVersions(
  entries: ModelSurroundings['entries'],
  fileNames: ReadonlySet<string>,
  options: ParseOptions,
): FoundVersions {
  const byFile = new Map<string, DescribedVersion>();
  const models = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  for (const [name, model] of entries) {
    const { versions, diagnostics: found } = describeVersions(model, options);
    diagnostics.push(...found);
    for (const version of versions) {
      models.add(name);
      const file = version.files.find((each) => fileNames.has(each));
      if (file !== undefined && !byFile.has(file)) byFile.set(file, version);
      else {
        const [expected = ''] = version.files;
        const { v } = version.version;
        const message =
          file === undefined
            ? `version ${v} of model '${name}' has no SQL file, expected '${expected}.sql'`
            : `version ${v} of model '${name}' has the same SQL file as another: '${file}.sql'`;
        const index = (model.entry.versions ?? []).findIndex((each) => each.v === v);
        const location = model.properties.locate([...model.entry.yamlPath, 'versions', index, 'v']);
        const taken = new Set(versions.flatMap(({ files }) => files));
        const free = [...fileNames].filter((each) => !taken.has(each));
        const hint = didYouMean(expected, free, 'write the file, or name it with `defined_in`');
        diagnostics.push(errorDiagnostic('version-invalid', message, { location, hint }));
      }
    }
  }
  return { byFile, models, diagnostics };
}

/** `ref('orders')` means a version, so that a file of that name must be one. */
function strayFile({ name, path }: ModelNode, files: readonly string[]): Diagnostic {
  const message = `model '${name}' has versions, and this file is none of them`;
  const mine = files.filter((file) => file.startsWith(name)).join(', ');
  return errorDiagnostic('version-invalid', message, {
    location: { path },
    hint: `name it in \`defined_in\` of a version, or remove it${mine === '' ? '' : ` (the versions are in ${mine})`}`,
  });
}

function emptyModel(name: string, path: string): Diagnostic {
  return warningDiagnostic('model-empty', `model '${name}' is empty and left out`, {
    location: { path },
    hint: 'write a SELECT, or delete the file',
  });
}

function checkModel(
  model: ModelNode,
  hasSql: boolean,
  described: DescribedModel | undefined,
): readonly Diagnostic[] {
  if (!model.config.enabled) return [];
  if (model.config.materialized === 'external_table') {
    return checkExternalTable(model, hasSql, described);
  }
  if (!hasSql) return [emptyFileDiagnostic('model', model.name, model.path)];
  if (model.language === 'python') return [];
  return [...checkContract(model, described), ...checkMicrobatch(model, described)];
}
