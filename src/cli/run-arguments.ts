import type { JsonValue } from '../core/node.js';
import { yamlVersionOf } from '../project/find-project-dir.js';
import type { Invocation } from './invocation.js';
import type { SelectionOptions } from './options.js';

/** Returns the flags that chose nodes, under dbt's names, for `run_results.json`. */
export function selectionArgs(options: SelectionOptions): Readonly<Record<string, JsonValue>> {
  return {
    select: options.select ?? [],
    exclude: options.exclude ?? [],
    selector: options.selector ?? null,
    indirect_selection: options.indirectSelection ?? 'eager',
    resource_types: options.resourceType ?? [],
    exclude_resource_types: options.excludeResourceType ?? [],
    state: options.state ?? null,
    defer: options.defer ?? false,
    favor_state: options.favorState ?? false,
    defer_state: options.deferState ?? null,
  };
}

/** Returns the variables of `--vars`, for `run_results.json`: `retry` gives them again. */
export async function readVarsArgument({
  options,
  cwd,
}: Invocation): Promise<Readonly<Record<string, JsonValue>>> {
  const { parseVars } = await import('../project/read-vars.js');
  const vars = parseVars(options.vars ?? '', {
    version: yamlVersionOf({ cwd, projectDir: options.projectDir }),
  });
  return vars.ok ? vars.value : {};
}
