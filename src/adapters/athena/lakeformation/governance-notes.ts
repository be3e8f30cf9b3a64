import type { BuiltNode } from '../../../core/node.js';
import { readGovernance, type Tags } from './governance.js';

function showTags(tags: Tags): string {
  return Object.entries(tags)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}

/** Returns what a build sees to in Lake Formation for a model, for its plan. What is so already is left alone. */
export function governanceNotes(model: BuiltNode): readonly string[] {
  const { tags, filters = [] } = readGovernance(model).governance;
  const tagged = [
    ...(tags === undefined || Object.keys(tags.table).length === 0
      ? []
      : [`${showTags(tags.table)} on the table`]),
    ...Object.entries(tags?.columns ?? {}).map(([column, own]) => `${showTags(own)} on ${column}`),
  ];
  return [
    ...(tagged.length === 0
      ? []
      : [`Lake Formation has its tags before the rows are published: ${tagged.join('; ')}`]),
    ...filters.map(({ name, rowFilter, columns, principals }) => {
      const shown =
        columns.names.length === 0
          ? 'all columns'
          : `${columns.kind === 'only' ? 'the columns' : 'all columns but'} ${columns.names.join(', ')}`;
      const to = principals.length === 0 ? 'nobody' : principals.join(', ');
      return `Lake Formation has the filter ${name} (rows: ${rowFilter}; ${shown}), granted to ${to} once the rows are published`;
    }),
  ];
}
