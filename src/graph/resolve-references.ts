import { errorDiagnostic, warningDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import { isBuilt } from '../core/is-built.js';
import type { BuiltNode, RefCall, SourceCall, SqlNode, UniqueId } from '../core/node.js';
import type { ParsedProject } from '../core/parsed-project.js';
import { findReferenced } from '../core/graph.js';
import { createSuggester } from '../core/suggest.js';

/** What templates can name: the project's nodes by their names. */
export interface NameTable {
  /** Of two models of one name in two packages, that of the project itself. */
  readonly modelsByName: ReadonlyMap<string, UniqueId>;
  /** Keyed `package.model`. */
  readonly modelsByPackage: ReadonlyMap<string, UniqueId>;
  /** Keyed `source.table`. */
  readonly sourcesByName: ReadonlyMap<string, UniqueId>;
  readonly disabledByName: ReadonlyMap<string, BuiltNode>;
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
  for (const node of parsed.nodes) {
    if (isBuilt(node)) {
      modelsByPackage.set(`${node.packageName}.${node.name}`, node.uniqueId);
      // The project's own nodes come first.
      if (!modelsByName.has(node.name)) modelsByName.set(node.name, node.uniqueId);
    } else if (node.resourceType === 'source') {
      const key = sourceKey({ source: node.sourceName, table: node.name });
      if (!sourcesByName.has(key)) sourcesByName.set(key, node.uniqueId);
    } else testNames.add(node.name);
  }
  const disabledByName = new Map(
    parsed.disabled.flatMap((node) => (isBuilt(node) ? [[node.name, node]] : [])),
  );
  return {
    modelsByName,
    modelsByPackage,
    sourcesByName,
    disabledByName,
    testNames,
    modelHint: createSuggester([...modelsByName.keys()]),
    sourceHint: createSuggester([...sourcesByName.keys()]),
  };
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
export function resolveRef(call: RefCall, node: SqlNode, names: NameTable): Reference {
  const who = `${node.resourceType} '${node.name}'`;
  const details = { location: call.location };
  const uniqueId = findReferenced(names, call, node.packageName);
  if (uniqueId !== undefined) return { ok: true, uniqueId };
  if (call.package !== undefined && call.package !== node.packageName) {
    const message = `${who} refs '${call.name}' of the package '${call.package}', which is not in the project`;
    const hint = `the project's own models are named ref('${call.name}') or ref('${node.packageName}', '${call.name}')`;
    return unresolved(errorDiagnostic('ref-not-found', message, { ...details, hint }));
  }
  const disabled = names.disabledByName.get(call.name);
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
  const message = `${who} refs '${call.name}', which is not in the project`;
  const hint = names.modelHint(call.name) ?? tableHint(call.name, names);
  return unresolved(errorDiagnostic('ref-not-found', message, { ...details, hint }));
}

/** Returns the source table that a `source` call names. Diagnostics: `source-not-found`. */
export function resolveSource(call: SourceCall, node: SqlNode, names: NameTable): Reference {
  const key = sourceKey(call);
  const uniqueId = names.sourcesByName.get(key);
  if (uniqueId !== undefined) return { ok: true, uniqueId };
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
