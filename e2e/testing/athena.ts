import { readFileSync, readdirSync } from 'node:fs';
import {
  AthenaClient,
  GetQueryExecutionCommand,
  paginateGetQueryResults,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Emulator, EmulatorOptions } from '../../emulator/core/emulator.js';
import { startEmulator } from '../../emulator/index.js';
import { createProject, type CommandOutcome, type TestProject } from './project.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const bucket = 'lake';

/** A project whose target is a local Athena of its own. Calls are never `run`: the local Athena answers in this process. */
export interface AthenaProject {
  readonly emulator: Emulator;
  readonly project: TestProject;
  /** What the command needs in its environment. */
  readonly env: NodeJS.ProcessEnv;
  /** Runs the command on the Athena target and waits for it. */
  run(args: readonly string[]): Promise<CommandOutcome>;
  /** Runs a query through `show` and returns its rows. */
  rows(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Runs a query as another client would; returns its rows as texts, in order of these texts. */
  query(sql: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Returns the files below a folder with their content, by their path relative to `base`, with forward slashes. */
function readFolder(folder: string, base: string): Record<string, Uint8Array> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(base, path).split(sep).join('/'), readFileSync(path)]),
  );
}

/** The `targets:` entry of a local Athena, and what makes it the default. */
function targetOf(
  emulator: Emulator,
  { landing, keys }: { readonly landing: string | undefined; readonly keys: readonly string[] },
): string {
  return [
    'target: athena',
    'targets:',
    '  athena:',
    '    type: athena',
    '    region: eu-central-1',
    `    endpoint: ${emulator.endpoint}`,
    `    s3_data_dir: s3://${bucket}/tables/`,
    `    s3_staging_dir: s3://${bucket}/results/`,
    '    schema: stedi',
    '    threads: 4',
    ...keys.map((key) => `    ${key}`),
    ...(landing === undefined ? [] : ['    vars:', `      landing_location: ${landing}`]),
    '',
  ].join('\n');
}

async function queryAthena(client: AthenaClient, sql: string): Promise<readonly string[]> {
  const { QueryExecutionId } = await client.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      ResultConfiguration: { OutputLocation: `s3://${bucket}/reader/` },
    }),
  );
  for (;;) {
    const { QueryExecution } = await client.send(
      new GetQueryExecutionCommand({ QueryExecutionId }),
    );
    const { State, StateChangeReason } = QueryExecution?.Status ?? {};
    if (State === 'SUCCEEDED') break;
    if (State === 'FAILED' || State === 'CANCELLED')
      throw new Error(`${sql}: ${StateChangeReason ?? State}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const rows: string[] = [];
  for await (const { ResultSet } of paginateGetQueryResults({ client }, { QueryExecutionId })) {
    for (const { Data } of ResultSet?.Rows ?? []) {
      rows.push(JSON.stringify((Data ?? []).map(({ VarCharValue }) => VarCharValue ?? null)));
    }
  }
  return rows.slice(1).sort();
}

/** Whether a real Trino is behind the local Athena. */
export const isOnTrino = process.env['STEDI_TRINO'] !== undefined;

/**
 * The Trino tier runs these tests with a real Trino behind the local Athena (`npm run test:trino`). All of them listen on
 * one port, so that Trino keeps its catalogs from one test to the next.
 */
function onTrino(): Pick<EmulatorOptions, 'engine' | 'port'> {
  const { STEDI_TRINO: address } = process.env;
  if (address === undefined) return {};
  return { engine: { kind: 'trino', address }, port: Number(new URL(address).port) + 1 };
}

/** Starts a local Athena and writes a project of `files` beside it, whose `stedi_project.yml` lacks only its targets. */
export async function createAthenaProject(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: EmulatorOptions & {
    /** Landing files: a folder that is copied to `s3://lake/landing/`. */
    readonly landing?: string;
    /** Further keys of the target, as YAML: `stage_ahead: true`. */
    readonly targetKeys?: readonly string[];
  } = {},
): Promise<AthenaProject> {
  const { landing, targetKeys = [], ...emulatorOptions } = options;
  const emulator = await startEmulator({ ...onTrino(), ...emulatorOptions });
  emulator.objects.createBucket(bucket);
  for (const [path, content] of Object.entries(landing ? readFolder(landing, landing) : {})) {
    await emulator.objects.put(bucket, `landing/${path}`, content);
  }
  const config = files['stedi_project.yml'] ?? 'name: shop\n';
  const text = typeof config === 'string' ? config : Buffer.from(config).toString('utf8');
  const location = landing === undefined ? undefined : `s3://${bucket}/landing`;
  const project = createProject({
    ...files,
    'stedi_project.yml': `${text}\n${targetOf(emulator, { landing: location, keys: targetKeys })}`,
  });
  const credentials = { accessKeyId: 'reader', secretAccessKey: 'reader' };
  const reader = new AthenaClient({
    region: 'eu-central-1',
    endpoint: emulator.endpoint,
    credentials,
  });
  const env = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
  const run = (args: readonly string[]): Promise<CommandOutcome> => project.runAside(args, { env });
  return {
    emulator,
    project,
    env,
    run,
    async rows(sql) {
      const { stdout, stderr } = await run([
        'show',
        ...['--inline', sql, '--limit', '-1', '--output', 'json'],
      ]);
      if (stdout === '') throw new Error(stderr);
      return (JSON.parse(stdout) as { show: Record<string, unknown>[] }).show;
    },
    query: (sql) => queryAthena(reader, sql),
    async close() {
      reader.destroy();
      await emulator.close();
      project.remove();
    },
  };
}

/** Returns the files of the STEDI project, its targets left out. */
export function lakehouseFiles(): Readonly<Record<string, string | Uint8Array>> {
  const config = readFileSync(join(repository, 'stedi_project.yml'), 'utf8');
  return {
    ...readFolder(join(repository, 'models'), repository),
    ...readFolder(join(repository, 'macros'), repository),
    ...readFolder(join(repository, 'tests'), repository),
    'stedi_project.yml': config.slice(0, config.indexOf('\ntarget: ')),
  };
}
