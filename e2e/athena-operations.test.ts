import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmulator } from '../emulator/index.js';
import { createAthenaProject, type AthenaProject } from './testing/athena.js';
import { bin } from './testing/project.js';

/** `land`, `crawl`, `debug`, `iam-policy` and `gc` on a local Athena. */

const repository = fileURLToPath(new URL('..', import.meta.url));

const files = {
  'stedi_project.yml': `name: shop
vars: {landing_location: data/landing}
models:
  shop:
    +table_type: hive
`,
  'models/orders.yml': `models:
  - name: orders_landing
    config:
      materialized: external_table
      location: "{{ var('landing_location') }}/orders"
      format: json
    columns:
      - { name: id, data_type: bigint }
      - { name: note, data_type: varchar }
`,
  'models/orders.sql':
    "{{ config(materialized='table') }}select id, note from {{ ref('orders_landing') }}",
  'raw/a.json': '{"id":1,"note":"x"}\n{"id":\n{"id":2}\n',
  'raw/b.json.gz': gzipSync('[{"ID":3},{"id":4}]'),
};

let shop: AthenaProject;
let empty: string;

beforeEach(async () => {
  empty = mkdtempSync(join(tmpdir(), 'stedi-landing-'));
  shop = await createAthenaProject(files, { landing: empty });
});
afterEach(async () => {
  await shop.close();
  rmSync(empty, { recursive: true });
});

const keysOf = (prefix: string): readonly string[] =>
  shop.emulator.objects.list('lake', prefix).map(({ key }) => key);

describe('land', () => {
  it('brings files into S3 once, and rejects beside them', async () => {
    const first = await shop.run(['land', 'raw', '--into', 'orders_landing']);
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).toContain('4 records landed, 1 reject kept.');
    expect(keysOf('landing/orders/')).toHaveLength(2);
    expect(keysOf('tables/.stedi-sql/shop/rejects/orders_landing/')).toHaveLength(1);
    const before = shop.emulator.objects.list('lake', 'landing/');
    const again = await shop.run(['land', 'raw', '--into', 'orders_landing']);
    expect(again.stdout).toContain('landed before as s3://lake/landing/orders/');
    expect(shop.emulator.objects.list('lake', 'landing/')).toEqual(before);
    expect((await shop.run(['build'])).code).toBe(0);
    expect(await shop.rows("select count(*) as n from {{ ref('orders') }}")).toEqual([{ n: 4 }]);
  });

  it('reads what lies in S3 already, and crawls it', async () => {
    await shop.emulator.objects.put('lake', 'deliveries/x.json', Buffer.from('{"id":7}'));
    const landed = await shop.run(['land', 's3://lake/deliveries', '--into', 'orders_landing']);
    expect(landed.stdout).toMatch(
      /s3:\/\/lake\/deliveries\/x\.json: 1 record in s3:\/\/lake\/landing\/orders\/[0-9a-f]{64}\.json/,
    );
    const crawled = await shop.run(['crawl', 's3://lake/landing/orders']);
    expect(crawled.stdout).toContain('  - name: orders_landing');
    expect(crawled.stdout).toContain('location: "s3://lake/landing/orders"');
    const inside = await shop.run(['land', 's3://lake/landing', '--into', 'orders_landing']);
    expect(inside.stderr).toContain('land-folders-overlap');
  });

  it('refuses a folder of this machine on a target that would not look there', async () => {
    const { code, stderr } = await shop.run([
      ...['land', 'raw', '--into', 'orders_landing'],
      ...['--vars', '{landing_location: data/landing}'],
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('error[land-target-invalid]');
    expect(stderr).toContain('under `vars:` of the target');
  });
});

describe('debug', () => {
  it('checks everything that a build needs', async () => {
    const { code, stdout } = await shop.run(['debug']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/ok {5}identity: arn:aws:/);
    expect(stdout).toMatch(/ok {5}landing: s3:\/\/lake\/landing\/orders, empty so far/);
    expect(stdout).toContain('All checks passed.');
  });

  it('names what is missing', async () => {
    shop.emulator.setHook(({ operation }) =>
      operation === 'PutObject'
        ? { before: { status: 403, code: 'AccessDenied', message: 'Access Denied' } }
        : undefined,
    );
    const { code, stdout, stderr } = await shop.run(['debug']);
    expect(code).toBe(2);
    expect(stdout).toContain('failed data: s3://lake/tables/');
    expect(stderr).toContain('error[access-denied]: s3:PutObject is not allowed');
  });
});

describe('iam-policy', () => {
  it('prints nothing but the policy to stdout', async () => {
    const { code, stdout } = await shop.run(['iam-policy']);
    expect(code).toBe(0);
    const { Statement } = JSON.parse(stdout) as { Statement: { Resource: string[] }[] };
    expect(Statement.flatMap(({ Resource }) => Resource)).toContain(
      'arn:aws:glue:eu-central-1:${AWS::AccountId}:table/stedi/orders',
    );
    const asked = await shop.run(['iam-policy', '--account', '--land', '--gc']);
    expect(asked.stdout).toContain('arn:aws:glue:eu-central-1:123456789012:table/*/*');
    expect(asked.stdout).toContain('"Sid": "Land"');
  });
});

describe('gc', () => {
  it('removes what a rebuild left, when it is asked to', async () => {
    await shop.run(['land', 'raw', '--into', 'orders_landing']);
    expect((await shop.run(['build'])).code).toBe(0);
    expect((await shop.run(['build'])).code).toBe(0);
    expect((await shop.run(['gc'])).stdout).toMatch(/^Nothing to collect; \d+ younger ones? left/m);
    const listed = await shop.run(['gc', '--grace', '0m']);
    expect(listed.stdout).toMatch(/s3:\/\/lake\/tables\/stedi\/orders\/\S+ {2}1 file, /);
    expect(listed.stdout).toContain('Next: stedi-sql gc --apply --grace 0m');
    const before = keysOf('tables/stedi/').length;
    const applied = await shop.run(['gc', '--grace', '0m', '--apply']);
    expect(applied.code, applied.stderr).toBe(0);
    expect(keysOf('tables/stedi/')).toHaveLength(before - 1);
    expect((await shop.run(['gc', '--grace', '0m'])).stdout).toContain('Nothing to collect.');
    expect(await shop.rows("select count(*) as n from {{ ref('orders') }}")).toEqual([{ n: 4 }]);
  });

  it.each(['1', '1w', '-1h', 'h'])('refuses --grace %s', async (grace) => {
    const { code, stderr } = await shop.run(['gc', '--grace', grace]);
    expect(code).toBe(2);
    expect(stderr).toContain('such as 90m, 24h or 7d');
  });
});

describe('docs/athena.md', () => {
  it('shows commands that work on the local Athena as they stand there', async () => {
    const page = readFileSync(join(repository, 'docs/athena.md'), 'utf8');
    const section = page.slice(page.indexOf('## Without AWS'), page.indexOf('## 1. '));
    const commands = [...section.matchAll(/^\$ npx stedi-sql (.*)$/gmu)].map(([, words = '']) =>
      words.split(' '),
    );
    expect(commands.length).toBeGreaterThan(4);
    const emulator = await startEmulator();
    emulator.objects.createBucket('stedi-lake');
    const root = mkdtempSync(join(tmpdir(), 'stedi-athena-docs-'));
    try {
      for (const name of ['models', 'macros', 'tests', 'data']) {
        cpSync(join(repository, name), join(root, name), { recursive: true });
      }
      const config = readFileSync(join(repository, 'stedi_project.yml'), 'utf8');
      expect(config).toContain('http://127.0.0.1:4566');
      writeFileSync(
        join(root, 'stedi_project.yml'),
        config.replace('http://127.0.0.1:4566', emulator.endpoint),
      );
      for (const words of commands) {
        const { code, output } = await runCommand(root, words);
        expect(code, `${words.join(' ')}\n${output}`).toBe(0);
      }
    } finally {
      await emulator.close();
      rmSync(root, { recursive: true, force: true });
    }
  });
});

function runCommand(
  cwd: string,
  words: readonly string[],
): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [bin, ...words], { cwd });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('close', (code) => resolve({ code, output }));
  });
}
