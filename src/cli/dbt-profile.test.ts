import { describe, expect, it } from 'vitest';
import { athenaTargetType } from '../adapters/athena/config.js';
import { duckDbTargetType } from '../adapters/duckdb/config.js';
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
      name: 'dev',
      type: 'duckdb',
      schema: 'main',
      database: 'w',
      threads: 8,
      options: { path: 'w.duckdb', memory_limit: '2GB' },
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
      "error config-unknown-key profiles.yml:3:35 unknown key 'pth' in an output of type 'duckdb' (did you mean 'path'?)",
    ],
    [
      '{ dev: { type: duckdb, attach: [] } }',
      "error config-unsupported profiles.yml:3:35 'attach' of a 'duckdb' output is not supported",
    ],
    [
      '{ dev: { type: duckdb, settings: { TimeZone: x } } }',
      "error config-unsupported profiles.yml:3:47 the setting 'TimeZone' is not supported",
    ],
    [
      '{ dev: { type: duckdb, extensions: [httpfs] } }',
      "warning config-unused profiles.yml:3:48 the extension 'httpfs' is not loaded",
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
