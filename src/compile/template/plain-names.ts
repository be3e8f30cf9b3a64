import type { TemplateEngine } from '../../core/template.js';

/** The functions whose calls with literals need no interpreter. */
export const plainNames: readonly string[] = ['ref', 'source', 'config'];

/** Returns whether templates mean the three functions by these names, and no macros. */
export function hasPlainNames({ macros }: Pick<TemplateEngine, 'macros'>): boolean {
  return !macros.some(({ name }) => plainNames.includes(name));
}
