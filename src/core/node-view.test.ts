import { describe, expect, it } from 'vitest';
import { toNodeConfig } from './node-config.js';
import { pathInResources, viewConfig, withoutNulls } from './node-view.js';

const silent = toNodeConfig({}, { materialized: 'view' });

describe('viewConfig', () => {
  it.each([
    [undefined, [], null],
    ['id', ['id'], 'id'],
    [['id'], ['id'], ['id']],
    [
      ['id', 'day'],
      ['id', 'day'],
      ['id', 'day'],
    ],
  ])('tells a key as it is written: %j', (written, keys, expected) => {
    const config = { ...silent, unique_key: keys };
    const options = { written: written === undefined ? {} : { unique_key: written } };
    expect(viewConfig(config, { ...options, isBuilt: true })['unique_key']).toEqual(expected);
  });

  it("has dbt's defaults for what is built, and what is said before them", () => {
    const config = toNodeConfig({ on_schema_change: 'fail' }, { materialized: 'view' });
    expect(viewConfig(silent, { written: {}, isBuilt: true })).toMatchObject({
      on_schema_change: 'ignore',
      lookback: 1,
      persist_docs: {},
      schema: null,
    });
    expect(viewConfig(config, { written: {}, isBuilt: true })['on_schema_change']).toBe('fail');
    expect(viewConfig(silent, { written: {}, isBuilt: false })).not.toHaveProperty('lookback');
  });

  it('has a location and a format only where they are given', () => {
    const given = toNodeConfig({ location: 'x.parquet' }, { materialized: 'view' });
    const view = viewConfig(given, { written: {}, isBuilt: true });
    expect(view).toMatchObject({ location: 'x.parquet' });
    expect(view).not.toHaveProperty('format');
  });
});

describe('withoutNulls', () => {
  it('leaves out what has no value, and keeps what is empty or false', () => {
    expect(withoutNulls({ a: null, b: '', c: false, d: [] })).toEqual({ b: '', c: false, d: [] });
  });
});

describe('pathInResources', () => {
  it.each([
    ['model', 'models/staging/orders.sql', ['shop', 'staging', 'orders'], false],
    ['model', 'dbt_packages/shop/models/staging/orders.sql', ['shop', 'staging', 'orders'], false],
    ['model', 'models/staging/orders.sql', ['shop', 'staging', 'orders', 'v2'], true],
    ['snapshot', 'snapshots/staging/orders.sql', ['shop', 'staging', 'orders', 'kept'], false],
  ] as const)('%s %s', (resourceType, path, fqn, isVersion) => {
    expect(pathInResources({ resourceType, path, fqn, isVersion })).toBe('staging/orders.sql');
  });
});
