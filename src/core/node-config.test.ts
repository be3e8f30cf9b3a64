import { describe, expect, it } from 'vitest';
import { mergeNodeConfig, toNodeConfig } from './node-config.js';

describe('mergeNodeConfig', () => {
  it.each([
    ['nothing', [], {}],
    [
      'later replaces',
      [{ materialized: 'view' }, { materialized: 'table' }],
      { materialized: 'table' },
    ],
    ['null replaces', [{ schema: 'a' }, { schema: null }], { schema: null }],
    ['lists replace', [{ unique_key: ['a'] }, { unique_key: ['b'] }], { unique_key: ['b'] }],
    [
      'tags add up, each once',
      [{ tags: ['a', 'b'] }, {}, { tags: ['b', 'c'] }],
      { tags: ['a', 'b', 'c'] },
    ],
    ['tags may be texts', [{ tags: 'a' }, { tags: 'b' }], { tags: ['a', 'b'] }],
    [
      'meta merges key by key',
      [{ meta: { owner: 'a', deep: { x: 1 } } }, { meta: { deep: { y: 2 } } }],
      { meta: { owner: 'a', deep: { y: 2 } } },
    ],
  ])('%s', (_, levels, expected) => {
    expect(mergeNodeConfig(levels)).toEqual(expected);
  });
});

describe('toNodeConfig', () => {
  it('fills in defaults', () => {
    expect(toNodeConfig({}, { materialized: 'view' })).toEqual({
      enabled: true,
      materialized: 'view',
      schema: null,
      database: null,
      alias: null,
      tags: [],
      meta: {},
      full_refresh: null,
      unique_key: [],
      incremental_strategy: null,
      location: null,
      format: null,
      extra: {},
    });
  });

  it('keeps what is given, and other keys as extra', () => {
    const entries = {
      enabled: false,
      materialized: 'incremental',
      unique_key: ['id'],
      tags: ['t'],
      meta: { a: 1 },
      full_refresh: true,
      severity: 'warn',
    };
    expect(toNodeConfig(entries, { materialized: 'view' })).toMatchObject({
      enabled: false,
      materialized: 'incremental',
      unique_key: ['id'],
      tags: ['t'],
      meta: { a: 1 },
      full_refresh: true,
      extra: { severity: 'warn' },
    });
  });
});
