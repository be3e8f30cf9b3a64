import { pathInPackage } from '../../../core/own-path.js';
import type { MacroNode } from '../../../core/node.js';
import { toArguments } from '../to-governance.js';
import { findMacroCalls, type MacroNames } from './find-macro-calls.js';
import { createdAt, toPatchPath, type Json, type ManifestInput } from './manifest-input.js';

/** Returns a macro as dbt's manifest has it. */
export function toMacro(node: MacroNode, names: MacroNames, input: ManifestInput): Json {
  const { packages } = input.project;
  return {
    name: node.name,
    resource_type: 'macro',
    package_name: node.packageName,
    path: pathInPackage(node.path, packages),
    original_file_path: pathInPackage(node.path, packages),
    unique_id: node.uniqueId,
    macro_sql: node.macroSql,
    depends_on: { macros: findMacroCalls(node.macroSql, node, names) },
    description: node.described?.description ?? node.description,
    meta: node.described?.meta ?? {},
    docs: { show: true, node_color: null, ...node.described?.docs },
    patch_path:
      node.described === undefined
        ? toPatchPath(node, input)
        : `${node.packageName}://${pathInPackage(node.described.patchPath, packages)}`,
    arguments: toArguments(node),
    created_at: createdAt(input),
    supported_languages: null,
  };
}
