import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Emulator } from '../emulator/core/emulator.js';
import { startEmulator } from '../emulator/index.js';
import { createProject, type TestProject } from './testing/project.js';

/*
 * The `aws` commands of docs/athena.md run as pasted, against the local Athena. They run where the AWS CLI is: in PATH, or
 * beside the Python that STEDI_SQL_PYTHON names. To have one:
 *   python3 -m venv clients && clients/bin/pip install awscli
 *   STEDI_SQL_PYTHON=$PWD/clients/bin/python npx vitest run --project e2e e2e/docs-aws.test.ts
 */
const python = process.env['STEDI_SQL_PYTHON'];
const PATH = [...(python === undefined ? [] : [dirname(python)]), process.env['PATH']].join(
  delimiter,
);
const isInstalled = spawnSync('aws', ['--version'], { env: { ...process.env, PATH } }).status === 0;
if (!isInstalled) {
  process.stderr.write(
    'SKIPPED: the aws commands of docs/athena.md: there is no AWS CLI (see e2e/docs-aws.test.ts).\n',
  );
}

const page = readFileSync(fileURLToPath(new URL('../docs/athena.md', import.meta.url)), 'utf8');

/** The page's `aws` commands, in order, each with its further lines. */
const commands = [...page.matchAll(/^```console\n([^]*?)^```$/gmu)].flatMap(([, block = '']) =>
  [...block.matchAll(/^\$ (aws [^]*?)(?=^\$ |(?![^]))/gmu)].map(([, command = '']) =>
    command.trim(),
  ),
);

/** What was asked of IAM, which is no part of the local Athena: it takes everything. */
const askedOfIam: URLSearchParams[] = [];

async function startIam(): Promise<Server> {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const form = new URLSearchParams(body);
      askedOfIam.push(form);
      const action = form.get('Action') ?? '';
      response.setHeader('content-type', 'text/xml');
      response.end(
        `<${action}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><${action}Result/></${action}Response>`,
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

it('finds commands on the page', () => {
  expect(commands.length).toBeGreaterThanOrEqual(8);
});

describe.skipIf(!isInstalled)('the aws commands of docs/athena.md', () => {
  let emulator: Emulator;
  let project: TestProject;
  let home: string;
  let iam: Server;

  beforeAll(async () => {
    emulator = await startEmulator();
    iam = await startIam();
    home = mkdtempSync(join(tmpdir(), 'stedi-aws-'));
    // The page's own target, and a project as small as can be.
    const [, target = ''] = /^## 2\. Target\n\n```yaml\n(targets:\n[^]*?)```$/mu.exec(page) ?? [];
    expect(target).toContain('work_group: my-lake');
    project = createProject({
      'stedi_project.yml': `name: shop\nvars: {landing_location: data/landing}\ntarget: athena\n${target.replace('    type: athena\n', `    type: athena\n    endpoint: ${emulator.endpoint}\n`)}`,
      'models/orders.sql': 'select 1 as id\n',
    });
  });
  afterAll(async () => {
    await emulator.close();
    iam.close();
    project.remove();
    rmSync(home, { recursive: true });
  });

  function run(command: string): Promise<string> {
    const child = spawn('sh', ['-c', command], {
      cwd: project.root,
      env: {
        ...process.env,
        PATH,
        HOME: home,
        AWS_ENDPOINT_URL: emulator.endpoint,
        AWS_ENDPOINT_URL_IAM: `http://127.0.0.1:${(iam.address() as AddressInfo).port}`,
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_DEFAULT_REGION: 'eu-central-1',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_PAGER: '',
      },
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
    return new Promise((resolve, reject) => {
      child.on('close', (code) =>
        code === 0 ? resolve(output) : reject(new Error(`${command}\n${output}`)),
      );
    });
  }

  it('take a bucket from nothing to a built lakehouse, and away again', async () => {
    for (const command of commands) {
      if (command.startsWith('aws iam create-policy')) {
        const printed = await project.runAside(['iam-policy', '--account']);
        expect(printed.code, printed.stderr).toBe(0);
        writeFileSync(join(project.root, 'policy.json'), printed.stdout);
      }
      if (command.startsWith('aws glue delete-database')) {
        const built = await project.runAside(['build']);
        expect(built.code, built.stderr + built.stdout).toBe(0);
        expect(emulator.objects.list('my-lake', 'lake/').length).toBeGreaterThan(0);
      }
      await run(command);
    }
    expect(askedOfIam.map((form) => form.get('Action'))).toEqual([
      'CreatePolicy',
      'AttachRolePolicy',
    ]);
    expect(askedOfIam[0]?.get('PolicyDocument')).toContain('workgroup/my-lake');
    expect([...emulator.objects.buckets.keys()]).not.toContain('my-lake');
    const left = await run('aws glue get-databases && aws athena list-work-groups');
    expect(left).not.toMatch(/"Name": "(?:stedi|my-lake)"/u);
  }, 120_000);
});
