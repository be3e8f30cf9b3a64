const longest = 60;

/** Stands in messages for a value out of a template, which may be a secret. */
export const renderedValue = 'what the template gives';

/** Returns what a value is, for messages: `the text 'yes'`, `the number 3`, `a list`, `nothing`. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') {
    if (value === '') return 'an empty text';
    return `the text '${value.length > longest ? `${value.slice(0, longest)}…` : value}'`;
  }
  return typeof value === 'number' ? `the number ${value}` : JSON.stringify(value);
}

/** Returns `a, b or c`. */
export function joinOr(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} or ${items.at(-1) ?? ''}`;
}
