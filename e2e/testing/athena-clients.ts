import { AthenaClient } from '@aws-sdk/client-athena';
import { GlueClient } from '@aws-sdk/client-glue';
import { LakeFormationClient } from '@aws-sdk/client-lakeformation';
import type { Call, Emulator } from '../../emulator/index.js';

/** Clients of AWS's own SDK on a local Athena: the account's other users. */
export interface AwsClients {
  readonly athena: AthenaClient;
  readonly glue: GlueClient;
  readonly lakeFormation: LakeFormationClient;
  close(): void;
}

/** Opens clients on a local Athena. */
export function openAwsClients({ endpoint }: Emulator): AwsClients {
  const options = {
    region: 'eu-central-1',
    endpoint,
    credentials: { accessKeyId: 'other', secretAccessKey: 'other' },
  };
  const athena = new AthenaClient(options);
  const glue = new GlueClient(options);
  const lakeFormation = new LakeFormationClient(options);
  return {
    athena,
    glue,
    lakeFormation,
    close() {
      for (const client of [athena, glue, lakeFormation]) client.destroy();
    },
  };
}

/** Returns the texts of the statements among calls, in order. */
export function statementsOf(calls: readonly Call[]): readonly string[] {
  return calls
    .filter(({ operation }) => operation === 'StartQueryExecution')
    .map(({ subject }) => subject);
}

/** A diagnostic as `--output json` prints it. */
export interface PrintedDiagnostic {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly hint?: string;
  readonly location?: { readonly path: string; readonly line?: number };
}

/** Returns what `--output json` printed to stderr: a diagnostic a line. */
export function readDiagnostics(stderr: string): readonly PrintedDiagnostic[] {
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as PrintedDiagnostic);
}
