/**
 * Returns a copy of a mapping that inherits nothing. For mappings that are looked up by names from templates or files:
 * `constructor` must not find what nobody wrote.
 */
export function withoutPrototype<T>(mapping: Readonly<Record<string, T>>): Record<string, T> {
  return Object.assign(Object.create(null) as Record<string, T>, mapping);
}
