import { errorDiagnostic, warningDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { AnalysisNode } from '../core/node.js';
import { mergeNodeConfig, toNodeConfig } from '../core/node-config.js';
import type { Project, PropertiesFile, RawEntry } from '../core/project.js';
import { createSuggester } from '../core/suggest.js';
import { captureFile } from './capture-file.js';
import type { FolderLevels } from './folder-config.js';
import { fileStem, fullyQualifiedName } from './fully-qualified-name.js';
import type { LocatedNode } from './located-node.js';
import { locateEntry, toColumns } from './model-entries.js';
import type { ParseOptions } from './parse-options.js';
import { readUnrenderedConfig } from './unrendered-config.js';

/**
 * Returns an analysis per SQL file under the analysis paths: compiled with the models, never run. In a dbt project `folders`,
 * those of models, configure them, as in dbt. Diagnostics:
 * `template-*`, `config-*`, `properties-without-model`.
 */
export function parseAnalyses(
  project: Project,
  folders: FolderLevels,
  options: ParseOptions,
): {
  readonly analyses: readonly LocatedNode<AnalysisNode>[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const entries = new Map<
    string,
    { readonly entry: RawEntry; readonly properties: PropertiesFile }
  >();
  const analyses: LocatedNode<AnalysisNode>[] = [];
  const isDbtForm = options.isDbtForm === true;
  const diagnostics: Diagnostic[] = [];
  for (const properties of project.properties) {
    for (const entry of properties.value.analyses ?? []) {
      if (!entries.has(entry.name)) entries.set(entry.name, { entry, properties });
      else {
        const message = `analysis '${entry.name}' is described twice`;
        const location = locateEntry(properties, entry);
        const hint = 'merge the two entries';
        diagnostics.push(errorDiagnostic('duplicate-name', message, { location, hint }));
      }
    }
  }
  const files = project.files.filter(({ kind }) => kind === 'analysis');
  for (const file of files) {
    const { path, content } = file;
    const name = fileStem(path);
    const uniqueId = `analysis.${project.name}.${name}`;
    const fqn = [
      project.name,
      'analysis',
      ...fullyQualifiedName(project.name, path, project.paths.analyses ?? [], name).slice(1),
    ];
    const { captured, diagnostics: found } = captureFile(file, 'model', options, {
      resourceType: 'analysis',
      uniqueId,
      name,
      packageName: project.name,
      fqn,
      materialized: 'analysis',
    });
    diagnostics.push(...found);
    if (captured === null) continue;
    const described = entries.get(name);
    const { tags = [], meta = {}, enabled = true } = described?.entry ?? {};
    // An entry that says nothing of it counts as enabled.
    const said = enabled ? {} : { enabled };
    const levels = mergeNodeConfig([
      ...(isDbtForm ? folders.levelsOf(fqn) : []),
      { tags, meta, ...(isDbtForm ? said : { enabled }) },
      captured.config,
      ...(isDbtForm ? folders.overridesOf(fqn) : []),
    ]);
    const config = toNodeConfig(
      { ...levels, materialized: 'analysis' },
      { materialized: 'analysis' },
    );
    const node: AnalysisNode = {
      resourceType: 'analysis',
      uniqueId,
      name,
      packageName: project.name,
      path,
      fqn,
      description: described?.entry.description ?? '',
      ...(described?.entry.docBlocks && { docBlocks: described.entry.docBlocks }),
      tags: config.tags,
      patchPath: described?.properties.path ?? null,
      rawSql: content,
      language: 'sql',
      config,
      refs: captured.captured.refs,
      sources: captured.captured.sources,
      macros: captured.captured.macros,
      ...(captured.captured.directMacros && { directMacros: captured.captured.directMacros }),
      vars: captured.captured.vars,
      unrenderedConfig: mergeNodeConfig([
        ...(isDbtForm ? folders.unrenderedLevelsOf(fqn) : []),
        isDbtForm && tags.length > 0 ? { tags } : {},
        readUnrenderedConfig(content),
        ...(isDbtForm ? folders.unrenderedOverridesOf(fqn) : []),
      ]),
      checksum: options.hash(content.trim()),
      columns: toColumns(described?.entry.columns ?? [], described?.properties),
    };
    analyses.push({ node, location: { path } });
  }
  const names = files.map(({ path }) => fileStem(path));
  const suggest = createSuggester(names);
  for (const { entry, properties } of entries.values()) {
    if (names.includes(entry.name)) continue;
    const message = `expected a SQL file for the analysis '${entry.name}', found none`;
    const location = locateEntry(properties, entry);
    diagnostics.push(
      warningDiagnostic('properties-without-model', message, {
        location,
        hint: suggest(entry.name, 'write it into the folder of analyses, or remove the entry'),
      }),
    );
  }
  return { analyses, diagnostics };
}
