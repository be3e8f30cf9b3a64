import { expect, it } from 'vitest';
import { athenaProfileRules } from './profile-rules.js';

/** `AthenaCredentials` of dbt-athena 1.11, with the `database` that dbt gives all of them, and its alias. */
const outputKeys = [
  ...['region_name', 's3_staging_dir', 'endpoint_url', 'work_group', 'skip_workgroup_check'],
  ...['aws_profile_name', 'aws_access_key_id', 'aws_secret_access_key', 'aws_session_token'],
  ...['assume_role_arn', 'assume_role_external_id', 'assume_role_session_name'],
  ...['assume_role_duration_seconds', 'poll_interval', 'debug_query_state', 'num_retries'],
  ...['num_boto3_retries', 'num_iceberg_retries', 's3_data_dir', 's3_data_naming'],
  ...['spark_work_group', 's3_tmp_table_dir', 'seed_s3_upload_args', 'lf_tags_database'],
  ...['connection_manager', 'database', 'catalog'],
];

it("every key of dbt-athena's outputs is read, passed over, or answered with a reason", () => {
  const { keys, passedOver, unused, refused } = athenaProfileRules;
  const reasons = { ...unused, ...refused };
  const known = [...Object.keys(keys), ...passedOver, ...Object.keys(reasons)];
  expect(known.toSorted()).toEqual(outputKeys.toSorted());
  expect(Object.values(reasons).filter((reason) => reason.length < 10)).toEqual([]);
});
