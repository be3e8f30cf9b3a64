import type { ProfileRules } from '../../core/target-type.js';

const credentials =
  'credentials do not stand in files here: use aws_profile_name, or the environment (AWS_ACCESS_KEY_ID…)';
const role =
  'a role is assumed by a profile of AWS: write role_arn and source_profile, and external_id if there is one, into ~/.aws/config, and name that profile in aws_profile_name';

/**
 * How dbt-athena's output is read. Source: the connection's keys in the dbt-athena adapter's `AthenaCredentials`, version 1.11;
 * tables lie below `<s3_staging_dir>/tables/` where no `s3_data_dir` is given.
 */
export const athenaProfileRules: ProfileRules = {
  keys: {
    aws_profile_name: 'profile',
    // dbt-athena's other word for `database`.
    catalog: 'catalog',
    database: 'catalog',
    endpoint_url: 'endpoint',
    region_name: 'region',
    s3_data_dir: 's3_data_dir',
    s3_staging_dir: 's3_staging_dir',
    work_group: 'work_group',
  },
  // How often is asked and tried again is for each kind of failure its own matter here.
  passedOver: [
    'connection_manager',
    'debug_query_state',
    'num_boto3_retries',
    'num_iceberg_retries',
    'num_retries',
    'poll_interval',
    's3_data_naming',
    'skip_workgroup_check',
  ],
  unused: {
    lf_tags_database: 'tags of Lake Formation are not set on databases',
    s3_tmp_table_dir: 'tables that are not published yet lie below s3_data_dir',
    seed_s3_upload_args: 'seeds are written by statements, not uploaded',
    spark_work_group: 'Python models are not supported',
  },
  refused: {
    assume_role_arn: role,
    assume_role_duration_seconds: role,
    assume_role_external_id: role,
    assume_role_session_name: role,
    aws_access_key_id: credentials,
    aws_secret_access_key: credentials,
    aws_session_token: credentials,
  },
  complete(output) {
    const { s3_data_dir: data, s3_data_naming: naming, s3_staging_dir: staging } = output;
    const isUnique = typeof naming !== 'string' || naming.endsWith('unique');
    return {
      options:
        data == null && typeof staging === 'string'
          ? { s3_data_dir: `${staging.replace(/\/$/u, '')}/tables/` }
          : {},
      issues: isUnique
        ? []
        : [
            {
              path: ['s3_data_naming'],
              kind: 'unused',
              message: `'s3_data_naming: ${naming}' has no effect: each build of a table has a folder of its own`,
              hint: 'write schema_table_unique, or leave it out',
            },
          ],
    };
  },
};
