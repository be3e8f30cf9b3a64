import { parseArgs } from 'node:util';
import type { EngineChoice, Latency } from './core/emulator.js';
import { startEmulator } from './index.js';

const bucket = 'stedi-lake';
const trinoAddress = 'http://127.0.0.1:18476';

const usage = `Usage: npm run athena:local -- [options]

Starts Athena, Glue, S3, STS and Lake Formation on this machine. Nothing of AWS is asked.

  --port <number>          where to listen on 127.0.0.1 (default 4566)
  --folder <path>          make the folder of objects there, not among the temporary files;
                           it is removed at the end
  --engine <name>          what runs SQL: duckdb (default), or trino, the engine behind Athena, which
                           npm run trino:install and npm run trino:start bring
  --trino <address>        where that Trino listens (default ${trinoAddress})
  --queue-ms <number>      how long a statement waits in the queue (default 0)
  --planning-ms <number>   how long its planning takes at least (default 0)
  --run-ms <number>        how long its run takes at least (default 0)
  --log                    print every call
  --help                   print this`;

/** Starts the local Athena for people: a bucket, an endpoint, a target to paste; Ctrl-C ends it. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4566' },
      folder: { type: 'string' },
      engine: { type: 'string', default: 'duckdb' },
      trino: { type: 'string', default: trinoAddress },
      'queue-ms': { type: 'string', default: '0' },
      'planning-ms': { type: 'string', default: '0' },
      'run-ms': { type: 'string', default: '0' },
      log: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    print(usage);
    return;
  }
  const latency: Latency = {
    queueMs: readNumber('queue-ms', values['queue-ms']),
    planningMs: readNumber('planning-ms', values['planning-ms']),
    runMs: readNumber('run-ms', values['run-ms']),
  };
  const emulator = await startEmulator({
    port: readNumber('port', values.port),
    engine: readEngine(values.engine, values.trino),
    latency: () => latency,
    ...(values.folder === undefined ? {} : { folder: values.folder }),
  });
  if (values.log) {
    emulator.setHook(({ number, service, operation, subject }) => {
      print(`${number} ${service} ${operation} ${subject.replace(/\s+/g, ' ').slice(0, 200)}`);
      return undefined;
    });
  }
  if (!emulator.objects.buckets.has(bucket)) {
    emulator.objects.createBucket(bucket);
  }
  print(describe(emulator.endpoint));
  const stop = (): void => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    void emulator.close().then(() => print('Stopped.'));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function describe(endpoint: string): string {
  return `The local Athena listens on ${endpoint} (workgroup primary, bucket ${bucket}). Ctrl-C stops it.

A target for stedi_project.yml:

  targets:
    local:
      type: athena
      endpoint: ${endpoint}
      region: us-east-1
      s3_data_dir: s3://${bucket}/lake/
      s3_staging_dir: s3://${bucket}/results/
      schema: stedi

stedi-sql needs no credentials here. Other clients need some; any do:

  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
`;
}

function readEngine(name: string, address: string): EngineChoice {
  if (name === 'duckdb') return { kind: 'duckdb' };
  if (name === 'trino') return { kind: 'trino', address: address.replace(/\/+$/, '') };
  throw new Error(`--engine wants duckdb or trino, found '${name}'`);
}

function readNumber(name: string, text: string): number {
  if (!/^\d+$/.test(text)) {
    throw new Error(`--${name} wants a whole number, found '${text}'`);
  }
  return Number(text);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}\n`);
  process.exitCode = 1;
});
