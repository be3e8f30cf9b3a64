/** The one AWS account of the local Athena. */
export const accountId = '123456789012';

/** The region that ARNs name; requests may be signed for any. */
export const region = 'us-east-1';

/** The access key by which a Trino behind the local Athena is known: its calls are the engine's own. */
export const trinoAccessKey = 'trino';
