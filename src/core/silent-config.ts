/** What dbt's configuration of whatever can be built holds where nothing is said. Source: dbt-core 1.10, `NodeConfig`. */
export const silentBuilt = {
  batch_size: null,
  lookback: 1,
  begin: null,
  persist_docs: {},
  quoting: {},
  column_types: {},
  on_schema_change: 'ignore',
  on_configuration_change: 'apply',
  grants: {},
  packages: [],
  event_time: null,
  concurrent_batches: null,
} as const;

/** The same of data tests. Source: dbt-core 1.10, `TestConfig`. */
export const silentTest = {
  group: null,
  fail_calc: 'count(*)',
  warn_if: '!= 0',
  error_if: '!= 0',
  limit: null,
  where: null,
} as const;

/** Whether documentation shows a node, and in which colour, where nothing is said. */
export const silentDocs = { show: true, node_color: null } as const;

/** The contract of what has none. */
export const silentContract = { enforced: false, alias_types: true } as const;
