import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../core/node.js';
import { modelNode } from '../../core/testing/nodes.js';
import { readGovernance } from './lakeformation/governance.js';
import { readModelConfig } from './model-config.js';
import { refusedModelKeys, supportedModelKeys } from './model-keys.js';

/*
 * Every key that the macros of dbt-athena 1.11 read from a model's configuration, besides dbt's own: it works, with the
 * value given here, or it is refused with a reason and the next step.
 */
const works: Readonly<Record<string, JsonValue>> = {
  table_type: 'hive',
  write_compression: 'snappy',
  field_delimiter: ';',
  partitioned_by: ['day'],
  bucketed_by: ['id'],
  bucket_count: 4,
  table_properties: { 'projection.enabled': 'false' },
  s3_data_dir: 's3://lake/tables/',
  partitions_limit: 50,
  work_group: 'heavy',
  lf_tags_config: {
    enabled: true,
    tags: { domain: 'fitness' },
    tags_columns: { pii: { yes: ['email'] } },
    inherited_tags: ['team'],
  },
  lf_inherited_tags: ['team'],
  lf_grants: {
    data_cell_filters: {
      enabled: true,
      filters: { germany: { row_filter: "country = 'de'", principals: ['arn'], column_names: [] } },
    },
  },
  persist_docs: { relation: true, columns: true },
};

const refused = [
  'external_location',
  's3_data_naming',
  's3_tmp_table_dir',
  's3_staging_dir',
  'skip_workgroup_check',
  'ha',
  'versions_to_keep',
  'native_drop',
  'force_batch',
  'unique_tmp_table_suffix',
  'temp_schema',
  'merge_update_columns_default_rule',
  'merge_update_columns_rules',
  'update_condition',
  'delete_condition',
  'insert_condition',
  'seed_by_insert',
  'seed_s3_upload_args',
  'quote_columns',
  'file_format',
  'timeout',
  'polling_interval',
  'engine_config',
  'spark_encryption',
  'spark_cross_account_catalog',
  'spark_requester_pays',
];

describe("keys of dbt's Athena adapter", () => {
  it('that work are taken, all together', () => {
    const node = modelNode('m');
    const config = { ...node.config, materialized: 'table', format: 'textfile', extra: works };
    const model = { ...node, config };
    expect(readModelConfig(model).issues).toEqual([]);
    expect(readGovernance(model).issues).toEqual([]);
    const own = ['keep_history', 'serde_properties'];
    expect(Object.keys(supportedModelKeys).sort()).toEqual([...Object.keys(works), ...own].sort());
  });

  it.each(refused)('%s is refused with a reason and the next step', (key) => {
    const node = modelNode('m');
    const config = { ...node.config, materialized: 'table', extra: { [key]: 'x' } };
    expect(readModelConfig({ ...node, config }).issues).toEqual([
      {
        path: [key],
        kind: 'unsupported',
        message: expect.stringMatching(`^'${key}' is not supported: .+`) as string,
        hint: expect.stringMatching(/.+/) as string,
      },
    ]);
  });

  it('are all in the list', () => {
    expect(Object.keys(refusedModelKeys).sort()).toEqual([...refused].sort());
  });
});
