import { describe, expect, it } from 'vitest';
import type { JsonValue, NodeConfig } from '../../../core/node.js';
import { modelNode } from '../../../core/testing/nodes.js';
import { checkGovernedColumns } from './check-governed-columns.js';
import { governedColumns, readGovernance, type ReadGovernance } from './governance.js';
import { governanceNotes } from './governance-notes.js';

function model(extra: Readonly<Record<string, JsonValue>>, rest: Partial<NodeConfig> = {}) {
  const node = modelNode('customer');
  return { ...node, config: { ...node.config, materialized: 'table', ...rest, extra } };
}

function read(...given: Parameters<typeof model>): ReadGovernance {
  return readGovernance(model(...given));
}

const tagged = {
  lf_tags_config: {
    enabled: true,
    tags: { Domain: 'Fitness' },
    tags_columns: { pii: { yes: ['Email', 'phone'] }, level: { high: ['phone'] } },
    inherited_tags: ['team'],
  },
  lf_inherited_tags: ['Cost'],
};
const filtered = {
  lf_grants: {
    data_cell_filters: {
      enabled: true,
      filters: {
        germany: {
          row_filter: "country = 'de'",
          principals: ['arn:aws:iam::123456789012:role/reader'],
          excluded_column_names: ['email'],
        },
      },
    },
  },
};

describe('readGovernance', () => {
  it('reads what users of dbt write', () => {
    expect(read({ ...tagged, ...filtered })).toEqual({
      issues: [],
      governance: {
        tags: {
          table: { domain: 'fitness' },
          columns: { email: { pii: 'yes' }, phone: { pii: 'yes', level: 'high' } },
          inherited: ['cost', 'team'],
        },
        filters: [
          {
            name: 'germany',
            rowFilter: "country = 'de'",
            columns: { kind: 'except', names: ['email'] },
            principals: ['arn:aws:iam::123456789012:role/reader'],
          },
        ],
      },
    });
    expect(governedColumns(read({ ...tagged, ...filtered }).governance)).toEqual([
      'email',
      'phone',
    ]);
  });

  it('manages nothing that is left out or not enabled', () => {
    expect(read({})).toEqual({ governance: {}, issues: [] });
    const off = { lf_tags_config: { enabled: false, tags: { pii: 'yes' } } };
    expect(read(off)).toEqual({ governance: {}, issues: [] });
    expect(read(tagged, { materialized: 'ephemeral' })).toEqual({ governance: {}, issues: [] });
  });

  it.each<[string, Readonly<Record<string, JsonValue>>, string]>([
    [
      'a key of another spelling',
      { lf_tags_config: { enabled: true, tag_columns: {} } },
      "unknown-key lf_tags_config.tag_columns: unknown key 'tag_columns' in 'lf_tags_config' (did you mean 'tags_columns'?)",
    ],
    [
      'tags that nothing would come of',
      { lf_tags_config: { tags: { pii: 'yes' } } },
      "invalid-value lf_tags_config: 'lf_tags_config' does not say whether it is 'enabled' (write enabled: true, or enabled: false to leave out what it holds)",
    ],
    [
      'two values of a tag on a column',
      { lf_tags_config: { enabled: true, tags_columns: { pii: { yes: ['a'], no: ['A'] } } } },
      "conflict lf_tags_config.tags_columns: column 'A' cannot have two values of the tag 'pii': 'yes' and 'no' (name it under one of them)",
    ],
    [
      'columns that are no list',
      { lf_tags_config: { enabled: true, tags_columns: { pii: ['email'] } } },
      "invalid-value lf_tags_config.tags_columns.pii: expected a mapping under 'lf_tags_config.tags_columns.pii' (write keys with their values)",
    ],
    [
      'a tag that is too long',
      { lf_tags_config: { enabled: true, tags: { pii: 'x'.repeat(51) } } },
      `invalid-value lf_tags_config.tags.pii: keys and values of LF-tags have at most 50 characters, '${'x'.repeat(51)}' has 51 (use the tag as it is defined in Lake Formation)`,
    ],
    [
      'a filter without rows',
      { lf_grants: { data_cell_filters: { enabled: true, filters: { f: { principals: [] } } } } },
      "invalid-value lf_grants.data_cell_filters.filters.f: the filter 'f' has no 'row_filter' (write a condition, such as country = 'de', or 'true' for all rows)",
    ],
    [
      'a filter with a slip',
      {
        lf_grants: {
          data_cell_filters: {
            enabled: true,
            filters: { f: { row_filter: 'true', principal: [] } },
          },
        },
      },
      "unknown-key lf_grants.data_cell_filters.filters.f.principal: unknown key 'principal' in 'lf_grants.data_cell_filters.filters.f' (did you mean 'principals'?)",
    ],
  ])('refuses %s', (_title, extra, expected) => {
    const shown = read(extra).issues.map(
      ({ path, kind, message, hint }) => `${kind} ${path.join('.')}: ${message} (${hint ?? ''})`,
    );
    expect(shown).toEqual([expected]);
  });

  it('refuses on a view what would protect nothing', () => {
    const paths = (extra: Readonly<Record<string, JsonValue>>): readonly string[] =>
      read(extra, { materialized: 'view' }).issues.map(({ path }) => path.join('.'));
    expect(paths(tagged)).toEqual(['lf_tags_config.tags_columns']);
    expect(paths(filtered)).toEqual(['lf_grants']);
    expect(paths({ lf_tags_config: { enabled: true, tags: { pii: 'yes' } } })).toEqual([]);
  });
});

describe('before anything runs', () => {
  it('a column that is not there is found', () => {
    const found = checkGovernedColumns({
      model: model({ ...tagged, ...filtered }),
      columns: ['e_mail', 'phone', 'country'].map((name) => ({ name, type: { kind: 'varchar' } })),
    });
    expect(found).toMatchObject([
      {
        code: 'materialization-invalid',
        message:
          "'lf_tags_config' of model 'customer' names the column 'email', which the model does not have",
        hint: "did you mean 'e_mail'?",
      },
      { message: expect.stringMatching(/^'lf_grants' .* 'email'/) as string },
    ]);
  });

  it('the plan says what will be', () => {
    expect(governanceNotes(model({ ...tagged, ...filtered }))).toEqual([
      'Lake Formation has its tags before the rows are published: domain=fitness on the table; pii=yes on email; pii=yes, level=high on phone',
      "Lake Formation has the filter germany (rows: country = 'de'; all columns but email), granted to arn:aws:iam::123456789012:role/reader once the rows are published",
    ]);
    expect(governanceNotes(model({}))).toEqual([]);
  });
});
