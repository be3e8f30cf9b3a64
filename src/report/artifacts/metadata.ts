/** What artifacts say of the invocation that wrote them. */
export interface InvocationMetadata {
  readonly invocationId: string;
  /** ISO 8601, UTC. */
  readonly generatedAt: string;
  readonly startedAt: string;
}

/** The version of dbt whose artifact formats these are; readers of artifacts look at it to know the fields. */
const dbtVersion = '1.11.6';

/** Returns the metadata block that all artifacts share. `schema` is such as `manifest/v12`. */
export function toMetadata(
  schema: string,
  invocation: InvocationMetadata,
): Readonly<Record<string, unknown>> {
  return {
    dbt_schema_version: `https://schemas.getdbt.com/dbt/${schema}.json`,
    dbt_version: dbtVersion,
    generated_at: invocation.generatedAt,
    invocation_id: invocation.invocationId,
    invocation_started_at: invocation.startedAt,
    env: {},
  };
}
