import { describe, expect, it } from 'vitest';
import type { ConfigEntries } from '../core/node-config.js';
import { validateNodeConfig } from './validate-node-config.js';

describe('validateNodeConfig', () => {
  it.each<[ConfigEntries, ConfigEntries]>([
    [{}, {}],
    [
      { tags: 'a', unique_key: 'id' },
      { tags: ['a'], unique_key: ['id'] },
    ],
    [
      { unique_key: null, schema: null },
      { unique_key: [], schema: null },
    ],
    [
      { materialized: 'incremental', on_schema_change: 'ignore', full_refresh: false },
      { materialized: 'incremental', on_schema_change: 'ignore', full_refresh: false },
    ],
    [
      { meta: { owner: { name: 'x' } }, docs: { show: false } },
      { meta: { owner: { name: 'x' } }, docs: { show: false } },
    ],
  ])('a model may have %j', (raw, config) => {
    expect(validateNodeConfig(raw, { resource: 'model' })).toEqual({ config, issues: [] });
  });

  it.each<[ConfigEntries, ConfigEntries]>([
    [
      { severity: 'WARN', where: 'x > 1', limit: 5 },
      { severity: 'warn', where: 'x > 1', limit: 5 },
    ],
    [
      { enabled: false, tags: ['a'], description: 'd' },
      { enabled: false, tags: ['a'], description: 'd' },
    ],
  ])('a test may have %j', (raw, config) => {
    expect(validateNodeConfig(raw, { resource: 'test' })).toEqual({ config, issues: [] });
  });

  it.each<[ConfigEntries, string, string, string | undefined]>([
    [
      { materialised: 'table' },
      'unknown-key',
      "unknown key 'materialised' in a model's configuration",
      "did you mean 'materialized'?",
    ],
    [
      { severity: 'warn' },
      'unknown-key',
      "unknown key 'severity' in a model's configuration",
      undefined,
    ],
    [
      { constructor: 1 },
      'unknown-key',
      "unknown key 'constructor' in a model's configuration",
      undefined,
    ],
    [
      { on_configuration_change: 'x' },
      'unsupported',
      "'on_configuration_change' in a model's configuration is not supported yet",
      'remove it',
    ],
    [
      { enabled: 'yes' },
      'invalid-value',
      "'enabled' must be true or false, found the text 'yes'",
      undefined,
    ],
    [
      { enabled: null },
      'invalid-value',
      "'enabled' must be true or false, found nothing",
      undefined,
    ],
    [
      { schema: '' },
      'invalid-value',
      "'schema' must be a text that is not empty, found an empty text",
      undefined,
    ],
    [
      { tags: { a: 1 } },
      'invalid-value',
      "'tags' must be a text or a list, found a mapping",
      undefined,
    ],
    [
      { tags: ['a', 3] },
      'invalid-value',
      "entry 2 of 'tags' must be a text, found the number 3",
      undefined,
    ],
    [{ meta: ['a'] }, 'invalid-value', "'meta' must be a mapping, found a list", undefined],
    [
      { docs: { showw: true } },
      'unknown-key',
      "unknown key 'showw' in docs",
      "did you mean 'show'?",
    ],
    [
      { on_schema_change: 'append' },
      'invalid-value',
      "'on_schema_change' must be 'ignore', 'fail', 'append_new_columns' or 'sync_all_columns', found the text 'append'",
      undefined,
    ],
  ])('a model may not have %j', (raw, kind, message, hint) => {
    const { issues } = validateNodeConfig(raw, { resource: 'model' });
    expect(issues).toEqual([expect.objectContaining({ kind, message })]);
    if (hint !== undefined) expect(issues[0]?.hint).toBe(hint);
  });

  it.each<[ConfigEntries, string]>([
    [
      { severity: 'fatal' },
      "'severity' must be 'error', 'warn', 'ERROR' or 'WARN', found the text 'fatal'",
    ],
    [{ limit: 0 }, "'limit' must be a number of at least 1, found the number 0"],
    [{ limit: 1.5 }, "'limit' must be a whole number, found the number 1.5"],
    [{ sql_header: 'x' }, "'sql_header' in a test's configuration is not supported yet"],
    [{ store_failures: 'x' }, "'store_failures' must be true or false, found the text 'x'"],
  ])('a test may not have %j', (raw, message) => {
    const { issues } = validateNodeConfig(raw, { resource: 'test' });
    expect(issues.map((issue) => issue.message)).toEqual([message]);
  });

  it('reports all issues and keeps what is right', () => {
    const raw = { enabled: 1, alias: 'a', tagz: 'x', meta: 2 };
    const { config, issues } = validateNodeConfig(raw, { resource: 'model' });
    expect(config).toEqual({ alias: 'a' });
    expect(issues.map(({ path }) => path)).toEqual([['enabled'], ['meta'], ['tagz']]);
  });

  it('checks a key of the resource itself, although an adapter has one of its name', () => {
    const options = { resource: 'seed', extraKeys: ['delimiter'] } as const;
    expect(validateNodeConfig({ delimiter: '||' }, options)).toMatchObject({
      config: {},
      issues: [{ path: ['delimiter'], kind: 'invalid-value' }],
    });
    expect(validateNodeConfig({ delimiter: ';' }, options).config).toEqual({ delimiter: ';' });
  });

  it('leaves the keys of materializations and adapters to them, and suggests them', () => {
    const options = { resource: 'model', extraKeys: ['partitioned_by'] } as const;
    expect(validateNodeConfig({ partitioned_by: 3 }, options)).toEqual({
      config: { partitioned_by: 3 },
      issues: [],
    });
    expect(validateNodeConfig({ partitoned_by: 3 }, options).issues[0]?.hint).toBe(
      "did you mean 'partitioned_by'?",
    );
  });

  it('reads texts as booleans and numbers only where it is told to', () => {
    const raw = { enabled: 'no', limit: ' 12 ', where: 'yes' };
    const convertible = validateNodeConfig(raw, { resource: 'test', convertible: () => true });
    expect(convertible).toEqual({
      config: { enabled: false, limit: 12, where: 'yes' },
      issues: [],
    });
    expect(validateNodeConfig(raw, { resource: 'test' }).issues).toHaveLength(2);
  });
});
