import { describe, expect, it } from 'vitest';
import { athenaTargetType } from '../adapters/athena/config.js';
import { duckDbTargetType, toDuckDbConfig } from '../adapters/duckdb/config.js';
import { success } from '../core/result.js';
import { loadProject } from '../project/load-project.js';
import { summarise, writeFolder } from '../project/testing/temp-project.js';

/** Loads a dbt project whose profile has the outputs given. */
async function load(outputs: string, targetName?: string) {
  const root = writeFolder({
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': `shop:\n  target: dev\n  outputs: ${outputs}\n`,
  });
  return loadProject({
    cwd: root,
    targetName,
    targetTypes: [duckDbTargetType, athenaTargetType],
    defaultTarget: { type: 'duckdb' },
    renderValue: (text) => success(text === '{{ threads }}' ? '8' : text),
  });
}

describe('outputs of profiles.yml', () => {
  it('become targets', async () => {
    const loaded = await load(
      `{ dev: { type: duckdb, path: w.duckdb, threads: "{{ threads }}", settings: { memory_limit: 2GB } }, prod: { type: snowflake } }`,
    );
    expect(loaded.ok && loaded.value.target).toEqual({
      profileName: 'shop',
      name: 'dev',
      type: 'duckdb',
      schema: 'main',
      database: 'w',
      threads: 8,
      options: { path: 'w.duckdb', memory_limit: '2GB', settings: { memory_limit: '2GB' } },
    });
  });

  it('of dbt-duckdb say what connections begin with, and where models lie', async () => {
    const loaded = await load(
      `{ dev: { type: duckdb, path: 'my shop.duckdb', external_root: out, database: lake, extensions: [json, h3], settings: { TimeZone: UTC }, config_options: { threads: 2 }, attach: [{ path: lake.db, alias: lake, type: sqlite, read_only: true, options: { a: "x'y", b: true, c: false } }] } }`,
    );
    const target = loaded.ok ? loaded.value.target : undefined;
    expect(target).toMatchObject({ database: 'lake', options: { external_root: 'out' } });
    expect(target && toDuckDbConfig(target, { root: '/shop' })).toEqual({
      path: 'my shop.duckdb',
      root: '/shop',
      threads: 1,
      database: 'lake',
      session: {
        attach: [
          {
            path: 'lake.db',
            alias: 'lake',
            options: ["A 'x''y'", 'B', "TYPE 'sqlite'", 'READ_ONLY'],
          },
        ],
        extensions: [{ name: 'h3' }],
        settings: { TimeZone: 'UTC' },
        configOptions: { threads: '2' },
      },
    });
    expect(loaded.diagnostics).toEqual([]);
  });

  it('that cannot be reached are told so when they are opened', async () => {
    const loaded = await load(`{ dev: { type: duckdb, path: 'md:shop?motherduck_token=x' } }`);
    expect(loaded.ok && loaded.value.target).toMatchObject({
      database: 'shop',
      options: { path: ':memory:', unreachable: 'MotherDuck is a service that is not reached' },
    });
  });

  it("of Athena become targets, with dbt-athena's defaults", async () => {
    const loaded = await load(
      `{ dev: { type: athena, region_name: eu-west-1, s3_staging_dir: 's3://bucket/out', schema: s, database: awsdatacatalog, aws_profile_name: p, num_retries: 2 } }`,
    );
    expect(loaded.ok && loaded.value.target).toMatchObject({
      schema: 's',
      threads: 1,
      options: {
        region: 'eu-west-1',
        s3_staging_dir: 's3://bucket/out',
        s3_data_dir: 's3://bucket/out/tables/',
        catalog: 'awsdatacatalog',
        profile: 'p',
      },
    });
    expect(loaded.diagnostics).toEqual([]);
  });

  it.each([
    [
      '{ dev: { type: snowflake } }',
      "error config-unsupported profiles.yml:3:21 the output 'dev' is of the type 'snowflake'",
    ],
    [
      '{ dev: { type: duckdb, pth: x } }',
      "warning config-unused profiles.yml:3:35 'pth' is no key of an output of type 'duckdb', and has no effect (did you mean 'path'?)",
    ],
    [
      '{ dev: { type: duckdb, attach: [{ alias: x }] } }',
      "error config-invalid-value profiles.yml:3:44 each database of 'attach' is a mapping with a 'path'",
    ],
    [
      '{ dev: { type: duckdb, settings: { "a b": 1 } } }',
      "error config-invalid-value profiles.yml:3:54 'a b' must be the name of a setting",
    ],
    [
      '{ dev: { type: duckdb, database: lake, path: a.duckdb } }',
      "error config-invalid-value profiles.yml:3:45 'database' must be the name of the file, 'a', or the alias",
    ],
    [
      '{ dev: { type: duckdb, plugins: [{ module: excel }] } }',
      "warning config-unused profiles.yml:3:35 'plugins' has no effect: Python plugins are not loaded",
    ],
    [
      "{ dev: { type: duckdb, path: 'md:shop' } }",
      'warning config-unused profiles.yml:3:35 MotherDuck is a service that is not reached',
    ],
    [
      '{ dev: { type: duckdb, settings: { TimeZone: x } }, lake: { type: athena } }',
      "warning config-unused profiles.yml:3:35 'settings' has no effect, because the profile has an output of type 'athena' as well",
    ],
    [
      '{ dev: { type: athena, aws_access_key_id: x } }',
      "error config-unsupported profiles.yml:3:35 'aws_access_key_id' of a 'athena' output is not supported",
    ],
    [
      '{ prod: { type: duckdb } }',
      "error target-not-found profiles.yml:2:11 the target 'dev' is not an output of the profile 'shop'",
    ],
  ])('%s', async (outputs, expected) => {
    const { diagnostics } = await load(outputs);
    expect(
      summarise(diagnostics).some((each) => each.startsWith(expected)) || summarise(diagnostics),
    ).toBe(true);
  });
});
