import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Target } from '../../core/project.js';
import { catalogName } from './catalog-name.js';
import { duckDbTargetType, toDuckDbConfig } from './config.js';
import { createFolder, rowsOf, valueOf, type Folder } from './testing/warehouse.js';

describe('duckDbTargetType', () => {
  it.each([
    ['nothing', {}],
    ['a path', { path: 'build/stedi-lake_2.duckdb' }],
    ['a file without extension', { path: '/var/lake/warehouse' }],
    ['a database in memory', { path: ':memory:' }],
    ['a memory limit', { memory_limit: '1.5 GiB' }],
  ])('accepts %s', (_title, options) => {
    expect(duckDbTargetType.validate(options)).toEqual([]);
  });

  it.each([
    ['a number for the path', { path: 1 }, 'path'],
    ['an empty path', { path: ' ' }, 'path'],
    ['a name with a blank', { path: 'target/my lake.duckdb' }, 'path'],
    ['a name that SQL could not tell apart', { path: 'target/main.duckdb' }, 'path'],
    ['a name of DuckDB', { path: 'TEMP.duckdb' }, 'path'],
    ['a limit without unit', { memory_limit: '100' }, 'memory_limit'],
    ['a number for the limit', { memory_limit: 2 }, 'memory_limit'],
  ])('refuses %s', (_title, options, key) => {
    const issues = duckDbTargetType.validate(options);
    expect(issues.map(({ path, kind }) => ({ path, kind }))).toEqual([
      { path: [key], kind: 'invalid-value' },
    ]);
    expect(issues[0]?.hint).toBeDefined();
  });

  it('names the catalog after the file', () => {
    expect(duckDbTargetType.database({})).toBe('warehouse');
    expect(duckDbTargetType.database({ path: 'a/lake.prod.duckdb' })).toBe('lake');
    expect(duckDbTargetType.database({ path: ':memory:' })).toBe('memory');
  });
});

describe('toDuckDbConfig', () => {
  const target: Target = {
    name: 'local',
    type: 'duckdb',
    schema: 'main',
    database: 'warehouse',
    threads: 2,
    options: {},
  };

  it('fills in the default path', () => {
    expect(toDuckDbConfig(target, { root: '/project' })).toEqual({
      path: 'target/warehouse.duckdb',
      root: '/project',
      threads: 2,
    });
  });

  it('takes over what the target says', () => {
    const options = { path: ':memory:', memory_limit: '1GB' };
    const config = toDuckDbConfig({ ...target, options }, { root: '/project', readOnly: true });
    expect(config).toMatchObject({ path: ':memory:', memoryLimit: '1GB', readOnly: true });
  });
});

describe('catalogName', () => {
  let folder: Folder;
  beforeEach(() => {
    folder = createFolder();
  });
  afterEach(() => {
    folder.remove();
  });

  it.each(['target/warehouse.duckdb', 'Lake', 'a-b_c.prod.db', ':memory:'])(
    'is what DuckDB calls %s',
    async (path) => {
      const adapter = valueOf(await folder.open({ path }));
      const session = await adapter.openSession();
      expect(await rowsOf(session, 'select current_database()')).toEqual([[catalogName(path)]]);
      expect(adapter.database).toBe(catalogName(path));
      await adapter.close();
    },
  );
});
