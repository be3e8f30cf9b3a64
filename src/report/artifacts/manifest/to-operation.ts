import { createHash } from 'node:crypto';
import type { HookText } from '../../../core/project.js';
import { noContract } from './to-columns.js';
import { silentConfig } from './to-config.js';
import { findMacroCalls, type MacroNames } from './find-macro-calls.js';
import { createdAt, type Json, type ManifestInput } from './manifest-input.js';

/** A hook around runs, with what tells it apart. */
export interface Operation {
  readonly uniqueId: string;
  readonly name: string;
  readonly packageName: string;
  readonly time: 'on-run-start' | 'on-run-end';
  /** Counts from 0 among the hooks of its package and time. */
  readonly index: number;
  readonly hook: HookText;
}

/** Returns the hooks around runs of a project and its packages, which dbt calls operations, under dbt's unique ids. */
export function findOperations({ project }: Pick<ManifestInput, 'project'>): readonly Operation[] {
  const owners = [...(project.packages ?? []), project];
  return owners.flatMap(({ name: packageName, hooks }) =>
    (['on-run-start', 'on-run-end'] as const).flatMap((time) =>
      (hooks?.[time === 'on-run-start' ? 'onRunStart' : 'onRunEnd'] ?? []).map((hook, index) => {
        const name = `${packageName}-${time}-${index}`;
        const uniqueId = `operation.${packageName}.${name}`;
        return { uniqueId, name, packageName, time, index, hook };
      }),
    ),
  );
}

/** Returns a hook around runs as dbt's manifest has it, as it is before a run compiles it. */
export function toOperation(operation: Operation, names: MacroNames, input: ManifestInput): Json {
  const { uniqueId, name, packageName, time, index, hook } = operation;
  const { database, schema } = input.project.target;
  return {
    database,
    schema,
    name,
    resource_type: 'operation',
    package_name: packageName,
    path: `hooks/${name}.sql`,
    original_file_path: hook.location.path,
    unique_id: uniqueId,
    fqn: [packageName, 'hooks', name],
    alias: name,
    checksum: {
      name: 'sha256',
      checksum: createHash('sha256').update(hook.sql.trim()).digest('hex'),
    },
    config: silentConfig,
    tags: [time],
    description: '',
    columns: {},
    meta: {},
    group: null,
    docs: silentConfig.docs,
    patch_path: null,
    build_path: null,
    unrendered_config: {},
    created_at: createdAt(input),
    relation_name: null,
    raw_code: hook.sql,
    doc_blocks: [],
    language: 'sql',
    refs: [],
    sources: [],
    metrics: [],
    depends_on: { macros: findMacroCalls(hook.sql, { packageName, name: '' }, names), nodes: [] },
    compiled_path: null,
    contract: noContract,
    index,
  };
}
