import { errorDiagnostic, warningDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import { exposureTypes } from '../core/governance.js';
import type { ExposureNode, JsonValue, RefCall, SourceCall } from '../core/node.js';
import type { ConfigEntries } from '../core/node-config.js';
import type { Project, PropertiesFile, RawEntry } from '../core/project.js';
import { isMapping } from '../core/is-mapping.js';
import type { FolderLevels } from './folder-config.js';
import { fullyQualifiedName } from './fully-qualified-name.js';
import type { LocatedNode } from './located-node.js';
import { locateEntry } from './model-entries.js';
import { readOwner } from './parse-groups.js';
import type { ParseOptions } from './parse-options.js';

interface Dependencies {
  readonly refs: readonly RefCall[];
  readonly sources: readonly SourceCall[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads `depends_on`: a call of `ref` or `source` each, as templates have them without the braces. */
function readDependencies(
  { raw, yamlPath, name }: RawEntry,
  properties: PropertiesFile,
  { engine, context, isDbtForm }: ParseOptions,
): Dependencies {
  const refs: RefCall[] = [];
  const sources: SourceCall[] = [];
  const diagnostics: Diagnostic[] = [];
  const written = Array.isArray(raw['depends_on']) ? (raw['depends_on'] as JsonValue[]) : [];
  written.forEach((text, index) => {
    if (typeof text !== 'string') return;
    const location = properties.locate([...yamlPath, 'depends_on', index]);
    const captured = /^\s*(?:ref|source)\s*\([^{}]*\)\s*$/.test(text)
      ? engine.capture({ path: properties.path, content: `{{ ${text} }}` }, context)
      : null;
    const found = captured?.ok === true ? captured.value : { refs: [], sources: [] };
    if (found.refs.length + found.sources.length === 1) {
      refs.push(...found.refs.map((call) => ({ ...call, location })));
      sources.push(...found.sources.map((call) => ({ ...call, location })));
      return;
    }
    if (isDbtForm === true && /^\s*metric\s*\(/.test(text)) {
      const message = `that exposure '${name}' depends on '${text}' has no effect: a project has no metrics here`;
      const hint = 'write the models that the metric is made of, for `+exposure:` to find them';
      diagnostics.push(warningDiagnostic('config-unused', message, { location, hint }));
      return;
    }
    const reason = captured?.diagnostics[0]?.message;
    const message = `exposure '${name}' depends on '${text}', which is neither a ref nor a source`;
    const hint = `write ref('model') or source('source', 'table')${reason === undefined ? '' : ` (${reason})`}`;
    diagnostics.push(errorDiagnostic('exposure-invalid', message, { location, hint }));
  });
  return { refs, sources, diagnostics };
}

function toText(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** Returns what an exposure and its folders say. As in dbt, nothing adds up: what is nearer goes before the rest. */
function labelExposure(
  { raw, tags, meta, enabled }: NonNullable<PropertiesFile['value']['exposures']>[number],
  fqn: readonly string[],
  folders: FolderLevels,
): Pick<ExposureNode, 'tags' | 'meta' | 'enabled'> {
  const config = isMapping(raw['config']) ? raw['config'] : {};
  const says = (key: string): boolean => raw[key] != null || config[key] != null;
  const found = Object.assign(
    {},
    ...folders.levelsOf(fqn),
    ...(says('tags') ? [{ tags: [...tags] }] : []),
    ...(says('meta') ? [{ meta }] : []),
    ...(says('enabled') ? [{ enabled }] : []),
    ...folders.overridesOf(fqn),
  ) as ConfigEntries;
  return {
    tags: Array.isArray(found['tags']) ? (found['tags'] as readonly string[]) : [],
    meta: isMapping(found['meta']) ? found['meta'] : {},
    enabled: found['enabled'] !== false,
  };
}

/**
 * Returns the exposures of the YAML files. Their refs are resolved with those of models. Diagnostics: `exposure-invalid`,
 * `config-invalid-value`.
 */
export function parseExposures(
  project: Project,
  folders: FolderLevels,
  options: ParseOptions,
): {
  readonly exposures: readonly LocatedNode<ExposureNode>[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const exposures: LocatedNode<ExposureNode>[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const properties of project.properties) {
    for (const entry of properties.value.exposures ?? []) {
      const { name, raw, description, docBlocks } = entry;
      const fqn = fullyQualifiedName(project.name, properties.path, project.paths.models, name);
      const { tags, meta, enabled } = labelExposure(entry, fqn, folders);
      const { owner, diagnostics: ownerDiagnostics } = readOwner(entry, properties);
      const dependencies = readDependencies(entry, properties, options);
      diagnostics.push(...ownerDiagnostics, ...dependencies.diagnostics);
      const maturity = raw['maturity'];
      const node: ExposureNode = {
        resourceType: 'exposure',
        uniqueId: `exposure.${project.name}.${name}`,
        name,
        packageName: project.name,
        path: properties.path,
        fqn,
        description,
        ...(docBlocks && { docBlocks }),
        tags,
        patchPath: null,
        exposure: {
          type: exposureTypes.find((type) => type === raw['type']) ?? 'dashboard',
          label: toText(raw['label']),
          maturity:
            maturity === 'low' || maturity === 'medium' || maturity === 'high' ? maturity : null,
          url: toText(raw['url']),
          owner,
        },
        refs: dependencies.refs,
        sources: dependencies.sources,
        meta,
        enabled,
        unrenderedConfig: isMapping(raw['config']) ? raw['config'] : {},
      };
      exposures.push({ node, location: locateEntry(properties, entry) });
    }
  }
  return { exposures, diagnostics };
}
