import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { ModelNode } from '../core/node.js';
import { mergeNodeConfig, toNodeConfig } from '../core/node-config.js';
import type { Project } from '../core/project.js';
import { createSuggester } from '../core/suggest.js';
import { captureFile, emptyFileDiagnostic, type CapturedFile } from './capture-file.js';
import { checkContract, readContract } from './contract.js';
import { checkExternalTable } from './check-external-table.js';
import { checkMicrobatch } from './check-microbatch.js';
import type { FolderLevels } from './folder-config.js';
import { fileStem, fullyQualifiedName } from './fully-qualified-name.js';
import type { LocatedNode } from './located-node.js';
import { locateEntry, toColumns, type DescribedModel } from './model-entries.js';
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
  const files = project.files.filter(({ kind }) => kind === 'model');
  for (const file of files) {
    const name = fileStem(file.path);
    const { captured, diagnostics: found } = captureFile(file, 'model', options);
    diagnostics.push(...found);
    if (captured === null) continue;
    const described = entries.get(name);
    const node = toModel({ name, path: file.path, captured, described, project, folders, options });
    diagnostics.push(...checkModel(node, captured.captured.hasSql, described));
    models.push({ node, location: { path: file.path } });
  }

  const fileNames = new Set(files.map(({ path }) => fileStem(path)));
  const hintFor = createSuggester([...fileNames]);
  for (const [name, described] of entries) {
    if (fileNames.has(name)) continue;
    const { path } = described.properties;
    const location = locateEntry(described.properties, described.entry);
    const node = toModel({ name, path, captured: null, described, project, folders, options });
    if (node.config.materialized === 'external_table') {
      diagnostics.push(...checkModel(node, false, described));
      models.push({ node, location });
    } else {
      const message = `expected a SQL file for the model '${name}', found none`;
      const hint = hintFor(name, 'only an external_table needs no SQL file');
      diagnostics.push(errorDiagnostic('properties-without-model', message, { location, hint }));
    }
  }
  return { models, diagnostics };
}

function toModel({
  name,
  path,
  captured,
  described,
  project,
  folders,
  options,
}: {
  readonly name: string;
  readonly path: string;
  readonly captured: CapturedFile | null;
  readonly described: DescribedModel | undefined;
  readonly project: Project;
  readonly folders: FolderLevels;
  readonly options: ParseOptions;
}): ModelNode {
  const fqn = fullyQualifiedName(project.name, path, project.paths.models, name);
  const entries = mergeNodeConfig([
    ...folders.levelsOf(fqn),
    described?.config ?? {},
    captured?.config ?? {},
    ...folders.overridesOf(fqn),
  ]);
  const config = toNodeConfig(entries, { materialized: 'view' });
  const rawSql = captured?.file.content ?? '';
  return {
    resourceType: 'model',
    uniqueId: `model.${project.name}.${name}`,
    name,
    packageName: project.name,
    path,
    fqn,
    description: described?.entry.description ?? '',
    tags: config.tags,
    patchPath: described?.properties.path ?? null,
    rawSql,
    language: 'sql',
    config,
    refs: captured?.captured.refs ?? [],
    sources: captured?.captured.sources ?? [],
    macros: captured?.captured.macros ?? [],
    vars: captured?.captured.vars ?? [],
    unrenderedConfig: mergeNodeConfig([
      ...folders.unrenderedLevelsOf(fqn),
      described?.entry.config ?? {},
      readUnrenderedConfig(rawSql),
    ]),
    checksum: options.hash(rawSql),
    columns: toColumns(described?.entry.columns ?? [], described?.properties),
    relation: relationOf(name, config, project.target),
    ...readContract({ name, path, config, described }, options.hash),
  };
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
  return [...checkContract(model, described), ...checkMicrobatch(model, described)];
}
