import { tmpdir } from 'node:os';
import type { Call, CallHook } from '../core/calls.js';
import type { EmulatorOptions } from '../core/emulator.js';
import type { ObjectStore } from '../core/object-store.js';
import { createGlueCatalog, type LocalGlueCatalog } from '../glue/glue-catalog.js';
import { createGlueService } from '../glue/glue-service.js';
import { createLakeFormationService } from '../lakeformation/lakeformation-service.js';
import { createObjectStore } from '../s3/object-store.js';
import { createS3Service } from '../s3/s3-service.js';
import { createCallGate } from '../server/call-gate.js';
import { startHttpServer } from '../server/http-server.js';
import { createStsService } from '../sts/sts-service.js';

/** A server with everything but Athena, and how a client finds it. */
export interface Local {
  readonly endpoint: string;
  readonly objects: ObjectStore;
  readonly glue: LocalGlueCatalog;
  readonly calls: readonly Call[];
  setHook(hook: CallHook | undefined): void;
  /** For every SDK client: one attempt, so that a test sees what is answered. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
  close(): Promise<void>;
}

/** Starts S3, Glue, STS and Lake Formation on a free port, in a folder of their own. */
export async function startLocal(
  options: Pick<EmulatorOptions, 'hook' | 'rateLimits'> = {},
): Promise<Local> {
  const objects = createObjectStore(tmpdir());
  const glue = createGlueCatalog();
  const gate = createCallGate(options);
  const server = await startHttpServer(
    {
      glue: createGlueService(glue),
      lakeformation: createLakeFormationService(glue),
      s3: createS3Service(objects),
      sts: createStsService(),
    },
    gate,
    0,
  );
  const endpoint = `http://127.0.0.1:${server.port}`;
  return {
    endpoint,
    objects,
    glue,
    calls: gate.calls,
    setHook: gate.setHook,
    client: {
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    },
    close: async () => {
      await server.close();
      objects.close();
    },
  };
}

/** Returns the name and the message of the error that a call ends in; fails where it ends in none. */
export async function errorOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  throw new Error('expected an error');
}
