import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../core/node.js';
import { athenaTargetType, toAthenaConfig } from './config.js';

const valid = { region: 'eu-central-1', s3_data_dir: 's3://bucket/lake' };

function issues(options: Readonly<Record<string, JsonValue>>): readonly string[] {
  return athenaTargetType
    .validate(options)
    .map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('a target of the type athena', () => {
  it('needs a region and a place for tables', () => {
    expect(issues({})).toEqual([": the target needs 'region'", ": the target needs 's3_data_dir'"]);
    expect(issues(valid)).toEqual([]);
  });

  it.each([
    ['region', 'Frankfurt', 'expected a region, such as eu-central-1'],
    ['s3_data_dir', '/lake', 'expected a place in S3, such as s3://my-bucket/lake/'],
    ['s3_data_dir', 's3://lake//t/', 'expected a place in S3, such as s3://my-bucket/lake/'],
    ['s3_staging_dir', 's3:/b', 'expected a place in S3, such as s3://my-bucket/results/'],
    ['endpoint', 'localhost:4566', 'expected an address, such as http://127.0.0.1:4566'],
    ['work_group', 'my group', 'expected the name of a workgroup, such as primary'],
    ['price_per_tb', -1, 'expected an amount of US dollars, such as 5'],
    ['partitions_limit', 0, 'expected a whole number of at least 1, such as 100'],
    ['partitions_limit', 1.5, 'expected a whole number of at least 1, such as 100'],
    ['catalog_id', 123456789012, "expected an account's twelve digits, in quotes"],
  ])('refuses %s: %s', (key, value, message) => {
    expect(issues({ ...valid, [key]: value })).toEqual([`${key}: ${message}`]);
  });

  it("asks for the account of another account's catalog", () => {
    expect(issues({ ...valid, catalog: 'shared' })).toEqual([": the target needs 'catalog_id'"]);
    expect(issues({ ...valid, catalog: 'shared', catalog_id: '123456789012' })).toEqual([]);
    expect(athenaTargetType.database({ catalog: 'shared' })).toBe('shared');
  });

  it('fills in defaults, and ends places with a slash', () => {
    const options = { ...valid, s3_staging_dir: 's3://bucket/results' };
    const target = { name: 't', type: 'athena', schema: 's', database: 'd', threads: 8, options };
    expect(toAthenaConfig(target)).toEqual({
      region: 'eu-central-1',
      dataDir: 's3://bucket/lake/',
      resultsDir: 's3://bucket/results/',
      catalog: 'AwsDataCatalog',
      workGroup: 'primary',
      threads: 8,
      pricePerTb: 5,
      partitionsLimit: 100,
      stageAhead: false,
    });
  });
});
