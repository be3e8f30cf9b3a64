import type { JsonValue } from '../../../core/node.js';

const name: JsonValue = { type: 'string', minLength: 1 };
const names: JsonValue = { type: 'array', items: name };
const enabled: JsonValue = { type: 'boolean' };

/** The keys of a model about Lake Formation, with the JSON Schema of each. `readGovernance` validates them. */
export const governanceKeys = {
  lf_tags_config: {
    type: 'object',
    required: ['enabled'],
    properties: {
      enabled,
      tags: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } },
      tags_columns: {
        type: 'object',
        additionalProperties: { type: 'object', additionalProperties: names },
      },
      inherited_tags: names,
    },
    additionalProperties: false,
    description:
      'Athena: LF-tags of the table (`tags`: values by keys) and of its columns (`tags_columns`: columns by key and value), in place before the rows are. Tags that the project gave and no longer names are removed afterwards, others never.',
  },
  lf_inherited_tags: {
    ...names,
    description: 'Athena: keys of LF-tags that are never removed, like `inherited_tags`.',
  },
  lf_grants: {
    type: 'object',
    properties: {
      data_cell_filters: {
        type: 'object',
        required: ['enabled'],
        properties: {
          enabled,
          filters: {
            type: 'object',
            additionalProperties: {
              type: 'object',
              required: ['row_filter'],
              properties: {
                row_filter: name,
                principals: names,
                column_names: names,
                excluded_column_names: names,
              },
              additionalProperties: false,
            },
          },
        },
        additionalProperties: false,
      },
    },
    additionalProperties: false,
    description:
      'Athena: data cell filters of Lake Formation by their names, each with a condition on rows, the columns that it shows, and the principals that may read by it.',
  },
} as const satisfies Readonly<Record<string, JsonValue>>;
