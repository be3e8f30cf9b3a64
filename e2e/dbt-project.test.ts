import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmulator } from '../emulator/index.js';
import type { Emulator } from '../emulator/core/emulator.js';
import { createProject, type CommandOutcome, type TestProject } from './testing/project.js';

/** The dbt project of fixtures/shop, opened as it is. */
const folder = fileURLToPath(new URL('../fixtures/shop', import.meta.url));

function readShop(): Record<string, Uint8Array> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(folder, path).split(sep).join('/'), readFileSync(path)]),
  );
}

const orders = 'select order_key, amount, day_number from shop_orders order by order_id';
const log = 'select happening, detail from run_log order by 1, 2';

function rowsOf({ stdout, stderr }: CommandOutcome): unknown {
  if (stdout === '') throw new Error(stderr);
  return (JSON.parse(stdout) as { show: unknown }).show;
}

describe('a dbt project opens unchanged', () => {
  describe('on DuckDB', () => {
    let project: TestProject;
    beforeAll(() => {
      project = createProject(readShop());
      const deps = project.run(['deps']);
      expect(deps.stderr + deps.stdout).toContain('shop_tools: local folder packages/shop_tools');
      const built = project.run(['build']);
      expect(built).toMatchObject({ code: 0, stderr: '' });
    });
    afterAll(() => project.remove());

    it('builds models, tests and seeds where the macros of the project say', () => {
      const show = project.run(['show', '--inline', orders, '--output', 'json']);
      expect(rowsOf(show)).toEqual([
        { order_key: '1-1', amount: '12.50', day_number: 1 },
        { order_key: '2-3', amount: '20.00', day_number: 3 },
        { order_key: '3-1', amount: '5.50', day_number: 41 },
        { order_key: '4-2', amount: '1.00', day_number: 60 },
      ]);
      const listed = project.run(['ls', '--output', 'name', '--resource-type', 'model']);
      expect(
        listed.stdout
          .split('\n')
          .filter((line) => line !== '')
          .toSorted(),
      ).toEqual([
        'customers',
        'orders',
        'stg_customers',
        'stg_orders',
        'stg_payments',
        'tools_calendar',
      ]);
    });

    it('runs hooks around nodes and around the run, and a macro as an operation', () => {
      const rows = () =>
        rowsOf(project.run(['show', '--inline', log, '--limit', '-1', '--output', 'json']));
      expect(rows()).toEqual([
        { happening: 'rows of customers', detail: '3' },
        { happening: 'rows of shop_orders', detail: '4' },
        { happening: 'schemas', detail: 'raw main_staging main' },
        ...['customers', 'orders', 'stg_customers', 'stg_orders', 'stg_payments'].map((detail) => ({
          happening: 'success',
          detail,
        })),
      ]);
      const { results } = project.json('target/run_results.json') as {
        results: { unique_id: string; status: string }[];
      };
      expect(results.slice(0, 2)).toMatchObject([
        { unique_id: 'operation.shop.shop-on-run-start-0', status: 'success' },
        { unique_id: 'operation.shop.shop-on-run-end-0', status: 'success' },
      ]);
      const forgot = project.run(['run-operation', 'forget', '--args', '{happening: success}']);
      expect(forgot).toMatchObject({ code: 0, stderr: '' });
      expect((rows() as unknown[]).length).toBe(3);
    });

    it('keeps the history of orders, and knows who reads them', () => {
      const history =
        "select count(*) as n, count(dbt_valid_to) as ended from {{ ref('orders_history') }}";
      expect(rowsOf(project.run(['show', '--inline', history, '--output', 'json']))).toEqual([
        { n: 4, ended: 0 },
      ]);
      const above = project.run(['ls', '--select', '+exposure:weekly_sales', '--output', 'name']);
      expect(above.stdout).toContain('stg_orders\n');
      const { exposures } = project.json('target/manifest.json') as {
        exposures: Record<string, { description: string }>;
      };
      expect(exposures['exposure.shop.weekly_sales']?.description).toBe(
        'What the shop sold, week by week.',
      );
    });

    it('tells what it cannot do at the place', () => {
      const other = project.run(['build', '--target', 'somewhere_else']);
      expect(other.code).toBe(2);
      expect(other.stderr).toContain("the output 'somewhere_else' is of the type 'postgres'");
      project.write('models/duck.sql', "select '1'::int as one");
      const duck = project.run(['compile', '--select', 'duck']);
      expect(duck.stderr).toContain('Athena has no :: to cast');
      expect(duck.stderr).toContain("models are read as Athena's SQL on this target");
      project.write('models/duck.sql', 'select 1 as one');
    });
  });

  describe('on the local Athena', () => {
    let emulator: Emulator;
    let project: TestProject;
    beforeAll(async () => {
      emulator = await startEmulator();
      emulator.objects.createBucket('lake');
      project = createProject(readShop());
    });
    afterAll(async () => {
      project.remove();
      await emulator.close();
    });

    it('builds the same, hooks and operations included', async () => {
      const env = {
        SHOP_TARGET: 'lake',
        SHOP_ENDPOINT: emulator.endpoint,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
      };
      const call = (...args: string[]) => project.launch(args, { env }).ended;
      expect(await call('deps')).toMatchObject({ code: 0 });
      const built = await call('build');
      expect(built.stderr).toBe('');
      expect(built.code).toBe(0);
      const show = await call(
        'show',
        '--inline',
        `select order_key from shop.shop_orders order by 1`,
        '--output',
        'json',
      );
      expect(rowsOf(show)).toEqual(
        ['1-1', '2-3', '3-1', '4-2'].map((order_key) => ({ order_key })),
      );
      expect(await call('run-operation', 'forget', '--args', '{happening: success}')).toMatchObject(
        { code: 0 },
      );
      const rows = await call(
        'show',
        '--inline',
        'select happening from shop.run_log order by 1',
        '--output',
        'json',
      );
      expect(rowsOf(rows)).toEqual(
        ['rows of customers', 'rows of shop_orders', 'schemas'].map((happening) => ({ happening })),
      );
    });
  });
});

/** Returns the bytes of a tar archive with the entries given, as a hub's archive is made. */
function tarOf(entries: readonly { path: string; content?: string; link?: string }[]): Buffer {
  const blocks = entries.flatMap(({ path, content = '', link }) => {
    const header = Buffer.alloc(512);
    const put = (text: string, at: number) => header.write(text, at, 'latin1');
    put(path, 0);
    put('0000644\0', 100);
    put('0000000\0', 108);
    put('0000000\0', 116);
    put(`${Buffer.byteLength(content).toString(8).padStart(11, '0')}\0`, 124);
    put('00000000000\0', 136);
    put('        ', 148);
    put(link === undefined ? '0' : '2', 156);
    if (link !== undefined) put(link, 157);
    put('ustar\0', 257);
    put('00', 263);
    const sum = header.reduce((total, byte) => total + byte, 0);
    put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    const body = Buffer.alloc(Math.ceil(Buffer.byteLength(content) / 512) * 512);
    body.write(content);
    return [header, body];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

describe('deps', () => {
  let project: TestProject;
  let server: Server;
  let hub: string;
  let repository: string;
  let archive: Buffer;
  let listed: { sha1: string };
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      cwd: repository,
      encoding: 'utf8',
    }).trim();
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    writeFileSync(join(repository, path), content);
  };
  const deps = (...args: string[]) =>
    project.launch(['deps', ...args], { env: { STEDI_PACKAGE_HUB_URL: hub } }).ended;

  beforeAll(async () => {
    repository = mkdtempSync(join(tmpdir(), 'stedi-git-'));
    git('init', '--quiet');
    write('nested/dbt_project.yml', 'name: from_git\nversion: "1"\n');
    write('nested/macros/one.sql', '{% macro one() %}1{% endmacro %}');
    git('add', '.');
    git('commit', '--quiet', '-m', 'one');
    git('tag', 'v1');
    write('nested/macros/one.sql', '{% macro one() %}2{% endmacro %}');
    git('commit', '--quiet', '-am', 'two');

    archive = tarOf([
      { path: 'pkg-1.2.0/dbt_project.yml', content: 'name: from_hub\nversion: "1.2.0"\n' },
      { path: 'pkg-1.2.0/macros/two.sql', content: '{% macro two() %}2{% endmacro %}' },
      { path: 'pkg-1.2.0/macros/link.sql', link: '/etc/passwd' },
    ]);
    listed = { sha1: createHash('sha1').update(archive).digest('hex') };
    server = createServer((request, response) => {
      if (request.url === '/api/v1/acme/from_hub.json') {
        const downloads = { tarball: `${hub}/pkg.tar.gz`, sha1: listed.sha1 };
        const versions = Object.fromEntries(
          ['1.0.0', '1.2.0', '2.0.0', '1.3.0-rc1'].map((each) => [each, { downloads }]),
        );
        response.end(JSON.stringify({ name: 'from_hub', versions }));
      } else if (request.url === '/pkg.tar.gz') response.end(archive);
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    hub = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    project = createProject({
      'stedi_project.yml': 'name: shop\n',
      'packages.yml': [
        'packages:',
        `  - git: 'file://${repository}'`,
        '    revision: v1',
        '    subdirectory: nested',
        '  - package: acme/from_hub',
        "    version: ['>=1.0.0', '<2.0.0']",
        '',
      ].join('\n'),
      'models/m.sql': 'select {{ from_git.one() }} as one, {{ from_hub.two() }} as two',
    });
  });
  afterAll(() => {
    project.remove();
    rmSync(repository, { recursive: true, force: true });
    server.close();
  });

  it('installs from git and a hub, pins, and keeps out what an archive must not write', async () => {
    const before = await project.launch(['compile']).ended;
    expect(before).toMatchObject({ code: 2 });
    expect(before.stderr).toContain('error[packages-not-installed]');
    const installed = await deps();
    expect(installed.stderr).toBe('');
    expect(installed).toMatchObject({ code: 0 });
    expect(project.list('dbt_packages').filter((path) => !path.includes('.git/'))).toEqual([
      'from_git/dbt_project.yml',
      'from_git/macros/one.sql',
      'from_hub/dbt_project.yml',
      'from_hub/macros/two.sql',
    ]);
    expect(project.read('package-lock.yml')).toContain(`revision: ${git('rev-parse', 'v1')}`);
    expect(project.read('package-lock.yml')).toContain('version: 1.2.0');
    expect((await project.launch(['compile', '-s', 'm']).ended).stdout).toContain(
      'select 1 as one, 2 as two',
    );
    // Pinned: the branch has moved on, the commit stays.
    git('tag', '-f', 'v1');
    expect(await deps()).toMatchObject({ code: 0 });
    expect(project.read('dbt_packages/from_git/macros/one.sql')).toContain('1');
    expect(await deps('--upgrade')).toMatchObject({ code: 0 });
    expect(project.read('dbt_packages/from_git/macros/one.sql')).toContain('2');
  });

  it('refuses an archive that is not what the hub lists, and keeps what was installed', async () => {
    const { sha1 } = listed;
    listed.sha1 = '0'.repeat(40);
    const refused = await deps();
    listed.sha1 = sha1;
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('error[package-invalid]');
    expect(refused.stderr).toContain('its checksum is');
    expect(project.exists('dbt_packages/from_hub/macros/two.sql')).toBe(true);
    expect(lstatSync(join(project.root, 'dbt_packages')).isDirectory()).toBe(true);
    archive = tarOf([{ path: 'pkg-1.2.0/../../escaped.sql', content: 'escaped' }]);
    listed.sha1 = createHash('sha1').update(archive).digest('hex');
    expect((await deps()).stderr).toContain(
      "cannot be unpacked: TAR_ENTRY_ERROR: path contains '..'",
    );
    expect(project.list('.').some((path) => path.endsWith('escaped.sql'))).toBe(false);
    hub = 'http://127.0.0.1:9';
    const unreachable = await deps('--upgrade');
    expect(unreachable).toMatchObject({ code: 2 });
    expect(unreachable.stderr).toContain('error[package-unreachable]');
  });
});
