import type { Operations } from '../../core/operations.js';
import type { AthenaConfig } from './config.js';
import { diagnose } from './diagnose/diagnose.js';
import { collectGarbage } from './gc/collect-garbage.js';
import { openClientOf } from './index.js';
import { createS3LandingStore } from './landing/landing-store.js';
import { createS3SourceStore } from './landing/source-store.js';
import { writePolicy } from './policy/write-policy.js';

/** Returns what commands besides builds can do with Athena, Glue and S3. Nothing is connected before it is needed. */
export function createAthenaOperations(config: AthenaConfig): Operations {
  const client = openClientOf(config);
  const { api, files } = client;
  return {
    sources: createS3SourceStore(api, { files }),
    openLandingStore: ({ project, model, location }) =>
      createS3LandingStore(api, {
        location,
        rejects: `${config.dataDir}.stedi-sql/${project}/rejects/${model}`,
        now: () => new Date(),
      }),
    diagnose: (project, signal) => diagnose(client, config, project, signal),
    writePolicy: (request) => writePolicy(api, config, request),
    collectGarbage: (request) => collectGarbage(client, config, request),
    close: () => {
      client.close();
      return Promise.resolve();
    },
  };
}
