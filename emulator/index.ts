import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { createAthenaService } from './athena/index.js';
import { createQueryFaults } from './athena/query-faults.js';
import { createDataCatalogs } from './core/data-catalogs.js';
import type { Engine } from './core/engine.js';
import type { Emulator, EmulatorOptions, EngineChoice } from './core/emulator.js';
import { createEngine, type EngineParts } from './engine/index.js';
import { createTrinoEngine } from './engine/trino/index.js';
import { createGlueCatalog } from './glue/glue-catalog.js';
import { createGlueService } from './glue/glue-service.js';
import { createIcebergFormat } from './iceberg/iceberg-format.js';
import { createLakeFormationService } from './lakeformation/lakeformation-service.js';
import { createObjectStore } from './s3/object-store.js';
import { createS3Service } from './s3/s3-service.js';
import { createCallGate } from './server/call-gate.js';
import { startHttpServer } from './server/http-server.js';
import { createStsService } from './sts/sts-service.js';

export type { Call, CallHook, Fault, InjectedError } from './core/calls.js';
export type { QueryEnd, QueryFault, SetQueryFault } from './core/query-fault.js';
export type { Emulator, EmulatorOptions, Latency } from './core/emulator.js';

async function openEngine(
  choice: EngineChoice = { kind: 'duckdb' },
  parts: Required<EngineParts>,
): Promise<Engine> {
  return choice.kind === 'trino'
    ? createTrinoEngine({ ...parts, address: choice.address })
    : createEngine(parts);
}

/**
 * Starts the local Athena: Athena, Glue, S3, STS and Lake Formation behind one address on 127.0.0.1. It starts empty:
 * no buckets, no databases, the workgroup `primary`. Nothing of AWS is asked.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const objects = createObjectStore(resolve(options.folder ?? tmpdir()));
  const glue = createGlueCatalog();
  const catalogs = createDataCatalogs(glue, createGlueCatalog);
  const gate = createCallGate(options);
  const engine = await openEngine(options.engine, {
    objects,
    glue,
    findGlue: catalogs.findGlue,
    iceberg: createIcebergFormat(),
  });
  const faults = createQueryFaults();
  const athena = createAthenaService({ ...options, objects, glue, catalogs, engine, faults });
  const server = await startHttpServer(
    {
      athena,
      glue: createGlueService(glue, catalogs.findAccount),
      lakeformation: createLakeFormationService(glue),
      s3: createS3Service(objects),
      sts: createStsService(),
    },
    gate,
    options.port ?? 0,
  );
  const close = async (): Promise<void> => {
    await server.close();
    await athena?.close?.();
    await engine.close();
    objects.close();
  };
  try {
    await engine.attach?.(server.port);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    port: server.port,
    objects,
    glue,
    glueOf: catalogs.openAccount,
    calls: gate.calls,
    setHook: gate.setHook,
    failQuery: (fault) => faults.add(fault),
    close,
  };
}
