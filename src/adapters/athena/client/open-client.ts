import { createAwsApi, type AwsApi } from './api-call.js';
import { createAwsClients, type AwsClientOptions } from './aws-clients.js';
import { createGluePartitions, type GluePartitions } from './glue-partitions.js';
import { createGlueTables, type GlueTables } from './glue-tables.js';
import type { PollingOptions } from './query-poller.js';
import { createQueryRunner, type QueryRunner } from './query-runner.js';
import { createRateLimiters, type Rate } from './rate-limit.js';
import { createS3Files, type S3Files } from './s3-files.js';
import { systemTiming, type Timing } from './timing.js';

/** Where a target is and how it is asked. */
export interface ClientConfig extends AwsClientOptions {
  /** Another account's Glue catalog. */
  readonly catalogId?: string | undefined;
  /** Calls of Glue a second; Athena's quotas are known. */
  readonly glueRate?: Rate | undefined;
  readonly polling?: PollingOptions | undefined;
}

/** Everything that the adapter asks of AWS, all of it through one door. */
export interface AthenaClient {
  /** The door, for calls that nothing here wraps. */
  readonly api: AwsApi;
  readonly tables: GlueTables;
  readonly partitions: GluePartitions;
  readonly files: S3Files;
  readonly queries: QueryRunner;
  /** Closes the connections. */
  close(): void;
}

/** Returns the client of a target. Nothing is imported, read or connected before the first call. */
export function openAthenaClient(
  config: ClientConfig,
  timing: Timing = systemTiming,
): AthenaClient {
  const { catalogId, glueRate } = config;
  const api = createAwsApi({
    clients: createAwsClients(config),
    limiterOf: createRateLimiters(timing, glueRate && { glue: glueRate }),
    timing,
  });
  return {
    api,
    tables: createGlueTables(api, { catalogId }),
    partitions: createGluePartitions(api, { catalogId }),
    files: createS3Files(api),
    queries: createQueryRunner(api, config.polling),
    close: () => api.close(),
  };
}
