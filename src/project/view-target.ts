import type { Target } from '../core/project.js';
import type { TargetType } from '../core/target-type.js';
import type { TargetView } from '../core/template.js';

/**
 * Returns what templates may see of a target as `{{ target }}`: the common keys and those that its type makes public,
 * never credentials.
 */
export function viewTarget(target: Target, targetTypes: readonly TargetType[]): TargetView {
  const { name, type, schema, threads, database, options, profileName } = target;
  const keys = targetTypes.find((each) => each.type === type)?.publicKeys ?? [];
  const shown = Object.fromEntries(
    keys.flatMap((key) => {
      const value = options[key];
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
  const common = { ...shown, name, type, schema, threads, database };
  return profileName === undefined
    ? common
    : { ...common, profile_name: profileName, target_name: name };
}
