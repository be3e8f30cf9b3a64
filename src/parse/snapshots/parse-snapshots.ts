import {
  errorDiagnostic,
  warningDiagnostic,
  type Diagnostic,
  type SourceLocation,
} from '../../core/diagnostic.js';
import { locateConfigKey } from '../../core/locate-config-key.js';
import type { SnapshotNode } from '../../core/node.js';
import { fromLiteralTemplates } from '../../core/literal-text.js';
import { mergeNodeConfig, toNodeConfig, type ConfigEntries } from '../../core/node-config.js';
import type { Project, SnapshotEntry, SourceFile } from '../../core/project.js';
import { createSuggester } from '../../core/suggest.js';
import type { CapturedTemplate } from '../../core/template.js';
import { captureFile, emptyFileDiagnostic } from '../capture-file.js';
import type { FolderLevels } from '../folder-config.js';
import { fileStem, fullyQualifiedName } from '../fully-qualified-name.js';
import type { LocatedNode } from '../located-node.js';
import { locateEntry, toColumns, type DescribedModel } from '../model-entries.js';
import type { ParseOptions } from '../parse-options.js';
import { relationOf } from '../relation-of.js';
import { readUnrenderedConfig } from '../unrendered-config.js';
import { findBlocks } from './find-blocks.js';
import { readRules } from './read-rules.js';

/** The project's YAML entries of snapshots by name, and its folder configuration. */
export interface SnapshotSurroundings {
  readonly entries: ReadonlyMap<string, DescribedModel>;
  readonly folders: FolderLevels;
}

/** A snapshot's query after its capture render. */
interface Definition {
  readonly name: string;
  readonly path: string;
  readonly fqn: readonly string[];
  readonly rawSql: string;
  readonly checksum: string;
  readonly location: SourceLocation;
  readonly isYaml: boolean;
  readonly block?: string;
  readonly captured: CapturedTemplate;
  /** What `config()` in the block says. */
  readonly config: ConfigEntries;
}

interface Context extends SnapshotSurroundings {
  readonly project: Project;
  readonly options: ParseOptions;
  readonly diagnostics: Diagnostic[];
}

/**
 * Returns a snapshot per block of the SQL files under the snapshot paths, and per YAML entry with a `relation`.
 * Configuration: folders < YAML < `config()` in the block. Diagnostics: `snapshot-invalid`, `template-*`, `config-*`,
 * `model-empty`, `duplicate-name`, `properties-without-model`.
 */
export function parseSnapshots(
  project: Project,
  { entries, folders }: SnapshotSurroundings,
  options: ParseOptions,
): {
  readonly snapshots: readonly LocatedNode<SnapshotNode>[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const diagnostics: Diagnostic[] = [];
  const context: Context = { project, entries, folders, options, diagnostics };
  const files = project.files.filter(({ kind }) => kind === 'snapshot');
  const inFiles = files.flatMap((file) => readBlocks(file, context));
  const names = new Set(inFiles.map(({ name }) => name));
  const hintFor = createSuggester([...names]);
  const report = options.isDbtForm === true ? warningDiagnostic : errorDiagnostic;
  const inYaml: Definition[] = [];
  for (const described of entries.values()) {
    const { name } = described.entry;
    const location = locateEntry(described.properties, described.entry);
    const relation = relationIn(described);
    if (relation === null && !names.has(name)) {
      const message = `expected a 'relation' or a {% snapshot ${name} %} block for the snapshot '${name}', found none`;
      const hint = hintFor(name, `add \`relation: ref('…')\` or \`relation: source('…', '…')\``);
      diagnostics.push(report('properties-without-model', message, { location, hint }));
    } else if (relation !== null) {
      const definition = readRelation(described, relation, context);
      if (definition !== null) inYaml.push(definition);
    }
  }
  const snapshots = [...inFiles, ...inYaml].map((definition) => ({
    node: toSnapshot(definition, context),
    location: definition.location,
  }));
  return { snapshots, diagnostics };
}

/** Only snapshots' entries have the key. */
function relationIn({ entry }: DescribedModel): string | null {
  return (entry as SnapshotEntry).relation ?? null;
}

function readBlocks(
  file: SourceFile,
  { project, folders, options, diagnostics }: Context,
): Definition[] {
  const { path } = file;
  const found = findBlocks(file);
  diagnostics.push(...found.diagnostics);
  return found.blocks.flatMap(({ name, location, content, body }): Definition[] => {
    const uniqueId = `snapshot.${project.name}.${name}`;
    // dbt's, for blocks: the file is a part of it.
    const roots = project.paths.snapshots;
    const fqn = fullyQualifiedName(project.name, path, roots, fileStem(path), name);
    const capture = captureFile({ ...file, content }, 'snapshot', options, {
      resourceType: 'snapshot',
      uniqueId,
      name,
      packageName: project.name,
      fqn,
      folders,
      materialized: 'snapshot',
    });
    diagnostics.push(...capture.diagnostics);
    if (capture.captured === null) return [];
    const { captured, config } = capture.captured;
    if (!captured.hasSql && config['enabled'] !== false) {
      diagnostics.push(emptyFileDiagnostic('snapshot', name, file.path));
    }
    return [
      {
        name,
        path,
        fqn,
        rawSql: content,
        checksum: options.hash(file.content.trim()),
        location,
        isYaml: false,
        block: body,
        captured,
        config,
      },
    ];
  });
}

/** Returns the snapshot of a YAML entry: all rows of its relation. */
function readRelation(
  { entry, properties }: DescribedModel,
  relation: string,
  { project, options, diagnostics }: Context,
): Definition | null {
  const location = properties.locate([...entry.yamlPath, 'relation']);
  const isCall = /^\s*(?:ref|source)\s*\([^]*\)\s*$/u.test(relation);
  if (!isCall || /[{}]/u.test(relation)) {
    const message = `expected ref('…') or source('…', '…') as the relation of snapshot '${entry.name}', found '${relation}'`;
    const hint = "write it without braces: `relation: ref('customers')`";
    diagnostics.push(errorDiagnostic('snapshot-invalid', message, { location, hint }));
    return null;
  }
  const { path } = properties;
  const rawSql = `select * from {{ ${relation.trim()} }}`;
  const captured = options.engine.capture({ path, content: rawSql }, options.context);
  diagnostics.push(...captured.diagnostics.map((each) => ({ ...each, location })));
  if (!captured.ok) return null;
  const { paths } = project;
  const roots = [...paths.models, ...paths.seeds, ...paths.snapshots];
  const at = <Call extends { readonly location: SourceLocation }>(call: Call): Call => ({
    ...call,
    location,
  });
  return {
    name: entry.name,
    path,
    fqn: fullyQualifiedName(project.name, path, roots, entry.name),
    rawSql,
    checksum: options.hash(rawSql),
    location,
    isYaml: true,
    captured: {
      ...captured.value,
      refs: captured.value.refs.map(at),
      sources: captured.value.sources.map(at),
    },
    config: {},
  };
}

/** Returns the snapshot with the schema that `target_schema` names as it is: no macro and no target has a say in it. */
export function keepTargetSchema(node: SnapshotNode): SnapshotNode {
  const { target_schema: schema, target_database: database } = node.config.extra;
  const relation = {
    ...node.relation,
    ...(typeof schema === 'string' && { schema }),
    ...(typeof database === 'string' && { database }),
  };
  return { ...node, relation };
}

function toSnapshot(definition: Definition, context: Context): SnapshotNode {
  const { name, path, fqn, rawSql, checksum, location, isYaml, block, captured } = definition;
  const { project, entries, folders, diagnostics } = context;
  const described = entries.get(name);
  const merged = mergeNodeConfig([
    ...folders.levelsOf(fqn),
    described?.config ?? {},
    definition.config,
    ...folders.overridesOf(fqn),
  ]);
  const config = toNodeConfig(merged, { materialized: 'snapshot' });
  const { rules, problems } = readRules(merged);
  for (const { message, hint, key } of config.enabled ? problems : []) {
    const place =
      key === undefined ? location : locateKey(key, { path, rawSql, location }, described);
    const text = `snapshot '${name}' ${message}`;
    diagnostics.push(errorDiagnostic('snapshot-invalid', text, { location: place, hint }));
  }
  return keepTargetSchema({
    resourceType: 'snapshot',
    uniqueId: `snapshot.${project.name}.${name}`,
    name,
    packageName: project.name,
    path,
    fqn,
    description: described?.entry.description ?? '',
    ...(described?.entry.docBlocks && { docBlocks: described.entry.docBlocks }),
    tags: config.tags,
    patchPath: described?.properties.path ?? null,
    rawSql,
    language: 'sql',
    config,
    refs: captured.refs,
    sources: captured.sources,
    macros: captured.macros,
    ...(captured.directMacros && { directMacros: captured.directMacros }),
    vars: captured.vars,
    unrenderedConfig: mergeNodeConfig([
      ...folders.unrenderedLevelsOf(fqn),
      fromLiteralTemplates(described?.entry.config ?? {}),
      isYaml ? {} : readUnrenderedConfig(rawSql),
      ...folders.unrenderedOverridesOf(fqn),
    ]),
    checksum,
    columns: toColumns(described?.entry.columns ?? [], described?.properties),
    relation: relationOf(name, config, project),
    rules,
    location,
    isYaml,
    ...(block !== undefined && { block }),
  });
}

/** Returns the place of a key in the block or in the YAML entry; the snapshot's where a folder gives it. */
function locateKey(
  key: string,
  { path, rawSql, location }: Pick<Definition, 'path' | 'rawSql' | 'location'>,
  described: DescribedModel | undefined,
): SourceLocation {
  const inBlock = locateConfigKey({ path, rawSql }, key);
  if (inBlock.line !== undefined) return inBlock;
  if (described !== undefined && Object.hasOwn(described.entry.config, key)) {
    const { entry, properties } = described;
    return properties.locate([...entry.yamlPath, 'config', key], { key: true });
  }
  return location;
}
