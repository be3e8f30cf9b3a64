import {
  errorDiagnostic,
  warningDiagnostic,
  type Diagnostic,
  type SourceLocation,
} from '../core/diagnostic.js';
import { isBuilt } from '../core/is-built.js';
import type {
  BuiltNode,
  ExposureNode,
  RefCall,
  SourceCall,
  SqlNode,
  UniqueId,
  VersionId,
} from '../core/node.js';
import type { ParsedProject } from '../core/parsed-project.js';
import { findReferenced } from '../core/graph.js';
import { createSuggester } from '../core/suggest.js';
import { isLatestVersion, versionedName } from '../core/versioned-name.js';

/** What templates can name: the project's nodes by their names. */
export interface NameTable {
  /** Of two models of one name in two packages, that of the project itself. */
  readonly modelsByName: ReadonlyMap<string, UniqueId>;
  /** Keyed `package.model`. */
  readonly modelsByPackage: ReadonlyMap<string, UniqueId>;
  /** Keyed `source.table`. */
  readonly sourcesByName: ReadonlyMap<string, UniqueId>;
  readonly disabledByName: ReadonlyMap<string, BuiltNode>;
  /** Where the tables of sources that are disabled are defined, keyed as `sourcesByName`. */
  readonly disabledSources: ReadonlyMap<string, SourceLocation>;
  /** The enabled versions of models that have any. */
  readonly versionsByName: ReadonlyMap<string, readonly VersionId[]>;
  readonly testNames: ReadonlySet<string>;
  /** Returns the hint for a model's name that nothing has. */
  readonly modelHint: ReturnType<typeof createSuggester>;
  readonly sourceHint: ReturnType<typeof createSuggester>;
}

/** Returns the names of a parsed project. */
export function createNameTable(parsed: ParsedProject): NameTable {
  const modelsByName = new Map<string, UniqueId>();
  const modelsByPackage = new Map<string, UniqueId>();
  const sourcesByName = new Map<string, UniqueId>();
  const testNames = new Set<string>();
  const versionsByName = new Map<string, readonly VersionId[]>();
  for (const node of parsed.nodes) {
    if (isBuilt(node)) {
      const version = node.resourceType === 'model' ? node.version : undefined;
      const keys = [
        ...(version === undefined || isLatestVersion(version) ? [node.name] : []),
        ...(version === undefined ? [] : [versionedName(node.name, version.v)]),
      ];
      for (const key of keys) {
        modelsByPackage.set(`${node.packageName}.${key}`, node.uniqueId);
        // The project's own nodes come first.
        if (!modelsByName.has(key)) modelsByName.set(key, node.uniqueId);
      }
      if (version !== undefined) {
        versionsByName.set(node.name, [...(versionsByName.get(node.name) ?? []), version.v]);
      }
    } else if (node.resourceType === 'source') {
      const key = sourceKey({ source: node.sourceName, table: node.name });
      if (!sourcesByName.has(key)) sourcesByName.set(key, node.uniqueId);
    } else if (node.resourceType === 'test') testNames.add(node.name);
  }
  const disabledByName = new Map(
    parsed.disabled.flatMap((node) =>
      isBuilt(node) ? [[node.name, node] as const, ...disabledVersion(node)] : [],
    ),
  );
  const disabledSources = new Map(
    parsed.disabled.flatMap((node) =>
      node.resourceType === 'source'
        ? [
            [
              sourceKey({ source: node.sourceName, table: node.name }),
              node.details?.location ?? { path: node.path },
            ] as const,
          ]
        : [],
    ),
  );
  return {
    modelsByName,
    modelsByPackage,
    sourcesByName,
    disabledByName,
    disabledSources,
    versionsByName,
    testNames,
    modelHint: createSuggester([...modelsByName.keys()]),
    sourceHint: createSuggester([...sourcesByName.keys()]),
  };
}

function disabledVersion(node: BuiltNode): readonly (readonly [string, BuiltNode])[] {
  return node.resourceType === 'model' && node.version !== undefined
    ? [[versionedName(node.name, node.version.v), node]]
    : [];
}

/** Returns the key of `sourcesByName`. */
export function sourceKey(call: { readonly source: string; readonly table: string }): string {
  return `${call.source}.${call.table}`;
}

/** What a `ref` or `source` names: a node, or why it names none. */
export type Reference =
  | { readonly ok: true; readonly uniqueId: UniqueId }
  | { readonly ok: false; readonly diagnostic: Diagnostic };

/**
 * Returns the model that a `ref` names. Diagnostics: `ref-not-found`, `ref-disabled` (for a data test only a warning:
 * it is left out, as in dbt).
 */
export function resolveRef(
  call: RefCall,
  node: SqlNode | ExposureNode,
  names: NameTable,
): Reference {
  const who = `${node.resourceType} '${node.name}'`;
  const details = { location: call.location };
  const uniqueId = findReferenced(names, call, node.packageName);
  if (uniqueId !== undefined) return { ok: true, uniqueId };
  if (call.package !== undefined && call.package !== node.packageName) {
    const message = `${who} refs '${call.name}' of the package '${call.package}', which is not in the project`;
    const hint = `the project's own models are named ref('${call.name}') or ref('${node.packageName}', '${call.name}')`;
    return unresolved(errorDiagnostic('ref-not-found', message, { ...details, hint }));
  }
  const disabled = names.disabledByName.get(versionedName(call.name, call.version));
  if (disabled !== undefined) {
    const related = [{ message: 'disabled here', location: { path: disabled.path } }];
    const message = `${who} refs '${call.name}', which is disabled`;
    return unresolved(
      node.resourceType === 'test'
        ? warningDiagnostic('ref-disabled', `${message}; the test will not run`, {
            ...details,
            related,
          })
        : errorDiagnostic('ref-disabled', message, {
            ...details,
            related,
            hint: `enable '${call.name}', or disable '${node.name}' as well`,
          }),
    );
  }
  if (names.testNames.has(call.name)) {
    const message = `${who} refs '${call.name}', which is a data test`;
    const hint = 'only models, seeds and snapshots can be the object of a ref';
    return unresolved(errorDiagnostic('ref-not-found', message, { ...details, hint }));
  }
  const versions = names.versionsByName.get(call.name);
  if (call.version !== undefined && (versions !== undefined || names.modelsByName.has(call.name))) {
    const message = `${who} refs version ${call.version} of '${call.name}', which it does not have`;
    const hint =
      versions === undefined
        ? `'${call.name}' has no versions: write ref('${call.name}')`
        : `its versions are ${versions.join(', ')}`;
    return unresolved(errorDiagnostic('ref-not-found', message, { ...details, hint }));
  }
  const message = `${who} refs '${call.name}', which is not in the project`;
  const hint = names.modelHint(call.name) ?? tableHint(call.name, names);
  return unresolved(errorDiagnostic('ref-not-found', message, { ...details, hint }));
}

/** Returns the source table that a `source` call names. Diagnostics: `source-not-found`. */
export function resolveSource(
  call: SourceCall,
  node: SqlNode | ExposureNode,
  names: NameTable,
): Reference {
  const key = sourceKey(call);
  const uniqueId = names.sourcesByName.get(key);
  if (uniqueId !== undefined) return { ok: true, uniqueId };
  const disabled = names.disabledSources.get(key);
  if (disabled !== undefined) {
    const message = `${node.resourceType} '${node.name}' uses the source '${key}', which is disabled`;
    const related = [{ message: 'disabled here', location: disabled }];
    return unresolved(
      node.resourceType === 'test'
        ? warningDiagnostic('ref-disabled', `${message}; the test will not run`, {
            location: call.location,
            related,
          })
        : errorDiagnostic('ref-disabled', message, {
            location: call.location,
            related,
            hint: `enable it, or disable '${node.name}' as well`,
          }),
    );
  }
  const message = `${node.resourceType} '${node.name}' uses the source '${key}', which is not defined`;
  const hint = names.sourceHint(key, 'define it under `sources:` in a YAML file');
  return unresolved(
    errorDiagnostic('source-not-found', message, { location: call.location, hint }),
  );
}

/** The hint for `ref('customers')` where `customers` is a table of a source. */
function tableHint(name: string, names: NameTable): string | undefined {
  const key = [...names.sourcesByName.keys()].find((each) => each.endsWith(`.${name}`));
  if (key === undefined) return undefined;
  return `'${name}' is a source: write source('${key.slice(0, -name.length - 1)}', '${name}')`;
}

function unresolved(diagnostic: Diagnostic): Reference {
  return { ok: false, diagnostic };
}
