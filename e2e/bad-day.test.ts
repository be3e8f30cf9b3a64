import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import {
  bin,
  createProject,
  plainConfig,
  type CommandOutcome,
  type TestProject,
} from './testing/project.js';

let project: TestProject;
afterEach(() => project.remove());

const isRoot = process.getuid?.() === 0;

/** A query that goes on for hours and returns one row, and one that returns rows all the time. */
const endless = [
  'select sum(a * b * c) as n',
  'from unnest(sequence(1, 10000)) as x(a)',
  'cross join unnest(sequence(1, 10000)) as y(b)',
  'cross join unnest(sequence(1, 10000)) as z(c)\n',
].join('\n');
const flood = endless.replace('sum(a * b * c) as n', 'a * b * c % 1000003 as id');

interface RunResultsFile {
  readonly results: readonly { readonly unique_id: string; readonly status: string }[];
}

/** Returns how each node ended, by its name. */
function statuses(): Readonly<Record<string, string>> {
  const { results } = project.json('target/run_results.json') as RunResultsFile;
  return Object.fromEntries(
    results.map(({ unique_id, status }) => [unique_id.split('.')[2] ?? '', status]),
  );
}

function countIn(table: string): unknown {
  return project.rows(`select count(*) as n from ${table}`)[0]?.['n'];
}

/** How many bytes the warehouse takes on the disk, with all that its engine puts beside it. */
function warehouseBytes(): number {
  return project
    .list('target')
    .filter((path) => path.startsWith('warehouse.duckdb'))
    .reduce((sum, path) => {
      const file = statSync(join(project.root, 'target', path), { throwIfNoEntry: false });
      return sum + (file?.size ?? 0);
    }, 0);
}

/** Says what was wrong in words, and never with a stack trace or as a bug of its own. */
function expectPlainWords({ stdout, stderr }: CommandOutcome): void {
  expect(stdout + stderr).not.toMatch(/^\s+at |error\[internal\]/mu);
}

describe('a warehouse that another process writes to', () => {
  it('is left alone; the other one can be stopped, and yesterday’s table stays', async () => {
    project = createProject({
      'stedi_project.yml': plainConfig,
      'models/one.sql': 'select 1 as id\n',
      'models/slow.sql': 'select 42 as n\n',
      'models/after.sql': "select * from {{ ref('slow') }}\n",
    });
    expect(project.run(['build']).code).toBe(0);
    project.write('models/slow.sql', endless);
    const running = project.launch(['build']);
    await running.saw(/OK .*main\.one/u);

    const [compiled, planned, ...refused] = await project.runAll([
      ['compile'],
      ['build', '--dry-run'],
      ['build'],
      ['show', 'one'],
      ['debug'],
      ['clean', '--warehouse'],
    ]);
    expect([compiled?.code, planned?.code]).toEqual([0, 0]);
    for (const outcome of refused) {
      expect(outcome.code).toBe(2);
      expect(outcome.stderr).toMatch(
        /error\[warehouse-locked\]: the warehouse target\/warehouse\.duckdb is in use by another process/u,
      );
      expect(outcome.stderr).toContain('hint: wait until');
      expectPlainWords(outcome);
    }

    running.kill('SIGTERM');
    const stopped = await running.ended;
    expect(stopped.code).toBe(130);
    expect(stopped.stdout).toContain('Cancelled after');
    expectPlainWords(stopped);
    expect(statuses()).toEqual({ one: 'success', slow: 'skipped', after: 'skipped' });
    expect(project.rows('select n from main.slow')).toEqual([{ n: 42 }]);
  });

  it('is built once by two builds that start together', async () => {
    project = createProject({
      'stedi_project.yml': plainConfig,
      'models/slow.sql': endless.replaceAll('10000', '200'),
    });
    const outcomes = await project.runAll([['build'], ['build']]);
    expect(outcomes.some(({ code }) => code === 0)).toBe(true);
    for (const outcome of outcomes.filter(({ code }) => code !== 0)) {
      expect(outcome.code).toBe(2);
      expect(outcome.stderr).toContain('error[warehouse-locked]');
    }
    expect(countIn('main.slow')).toBe(1);
    expect(project.json('target/manifest.json')).toBeDefined();
    expect(statuses()).toEqual({ slow: 'success' });
  });
});

describe('a build that is killed in the middle of its writing', () => {
  it('leaves yesterday’s tables, and nothing in the way of the next build', async () => {
    const events = (query: string): string =>
      `{{ config(materialized='incremental', incremental_strategy='append') }}\n${query}\n`;
    project = createProject({
      'stedi_project.yml': plainConfig,
      'models/big.sql': 'select 1 as id\n',
      'models/events.sql': events('select 1 as id'),
    });
    expect(project.run(['build']).code).toBe(0);

    project.write('models/big.sql', flood);
    project.write('models/events.sql', events(flood));
    for (const name of ['big', 'events']) {
      const before = warehouseBytes();
      const running = project.launch(['build', '--select', name]);
      let hasEnded = false;
      void running.ended.then(() => (hasEnded = true));
      // Rows of the statement that is killed are on the disk by then.
      while (warehouseBytes() < before + 2_000_000 && !hasEnded) await sleep(10);
      expect(hasEnded).toBe(false);
      running.kill('SIGKILL');
      expect((await running.ended).code).toBeNull();
      expect([countIn('main.big'), countIn('main.events')], name).toEqual([1, 1]);
    }

    project.write('models/big.sql', 'select 2 as id\n');
    project.write('models/events.sql', events('select 2 as id'));
    const build = project.run(['build']);
    expect(build.stderr).toBe('');
    expect(build.code).toBe(0);
    expect(project.rows('select id from main.events order by id')).toEqual([{ id: 1 }, { id: 2 }]);
    expect(
      project.rows("select table_name from information_schema.tables where table_schema = 'main'"),
    ).toHaveLength(2);
  });
});

describe('landing files', () => {
  const landing = {
    'stedi_project.yml': plainConfig,
    'models/landing.yml': [
      'models:',
      '  - name: raw',
      '    config: {materialized: external_table, location: data/raw, format: json}',
      '    columns: [{name: id, data_type: bigint}]',
      '',
    ].join('\n'),
    'models/clean.sql': "select id from {{ ref('raw') }}\n",
    'data/raw/a.json': '{"id":1}\n',
  };

  it('may come, change and go between builds', () => {
    project = createProject(landing);
    expect(project.run(['build']).code).toBe(0);
    project.write('data/raw/a.json', '{"id":1}\n{"id":2}\n');
    project.write('data/raw/b.json', '{"ID":3}\n');
    expect(project.run(['build']).code).toBe(0);
    expect(countIn('main.clean')).toBe(3);
    rmSync(join(project.root, 'data/raw/a.json'));
    expect(project.run(['build', '--select', 'clean']).code).toBe(0);
    expect(project.rows('select id from main.clean')).toEqual([{ id: 3 }]);

    rmSync(join(project.root, 'data'), { recursive: true });
    const stale = project.run(['build', '--select', 'clean']);
    expect(stale.code).toBe(1);
    expect(stale.stderr).toContain('the files that the landing model was built over are gone');
    expect(countIn('main.clean')).toBe(1);
    const empty = project.run(['build']);
    expect(empty.code).toBe(0);
    expect(empty.stderr).toContain(
      "warning[landing-empty]: model 'raw': its location data/raw holds no files",
    );
  });

  it('in a folder that cannot be read are not taken for none', (context) => {
    project = createProject({ ...landing, 'target/.keep': '' });
    chmodSync(project.root, 0o755);
    chmodSync(join(project.root, 'target'), 0o777);
    chmodSync(join(project.root, 'data/raw'), 0o000);
    // Root reads everything.
    const nobody = isRoot ? { uid: 65534 } : {};
    if (project.run(['--version'], nobody).code !== 0) {
      context.skip('another user cannot run the command from this checkout');
    }
    const outcome = project.run(['build'], nobody);
    chmodSync(join(project.root, 'data/raw'), 0o755);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain(
      "error[landing-unreadable]: model 'raw' failed: the folder data/raw cannot be read: permission denied",
    );
    expect(outcome.stderr).toContain('hint: ');
  });
});

describe('a test that fails', () => {
  it('keeps each kind of relation as it was, skips what depends on it, and lets the rest be built', () => {
    const kinds = ['table', 'view', 'incremental'];
    const write = (value: string): void => {
      for (const kind of kinds) {
        project.write(
          `models/of_${kind}.sql`,
          `{{ config(materialized='${kind}') }}\nselect ${value} as id\n`,
        );
      }
    };
    project = createProject({
      'stedi_project.yml': plainConfig,
      'models/below.sql': kinds
        .map((kind) => `select id from {{ ref('of_${kind}') }}`)
        .join('\nunion all '),
      'models/further_below.sql': "select * from {{ ref('below') }}\n",
      'models/elsewhere.sql': 'select 1 as id\n',
      'models/schema.yml': `models:\n${kinds
        .map((kind) => `  - name: of_${kind}\n    columns: [{name: id, data_tests: [not_null]}]\n`)
        .join('')}`,
    });
    write('1');
    expect(project.run(['build']).code).toBe(0);
    write('cast(null as integer)');
    const outcome = project.run(['build']);
    expect(outcome.code).toBe(1);
    expectPlainWords(outcome);
    expect(statuses()).toMatchObject({
      of_table: 'error',
      of_view: 'error',
      of_incremental: 'error',
      below: 'skipped',
      further_below: 'skipped',
      elsewhere: 'success',
    });
    expect(
      project.rows(
        'select count(id) as ids, count(*) as n from (select id from main.of_table union all select id from main.of_view union all select id from main.of_incremental union all select id from main.below)',
      ),
    ).toEqual([{ ids: 6, n: 6 }]);

    const fast = project.run(['build', '--fail-fast', '--threads', '1']);
    expect(fast.code).toBe(1);
    expect(fast.stdout.match(/ FAIL +test /gu)).toHaveLength(1);
    expect(fast.stdout).toContain('[--fail-fast: ');
  });
});

describe('a target folder that cannot be written', () => {
  /** Makes a folder read-only, also for root where the file system can; returns how to undo it. */
  function lockFolder(folder: string): (() => void) | undefined {
    if (!isRoot) {
      chmodSync(folder, 0o555);
      return () => chmodSync(folder, 0o755);
    }
    if (spawnSync('chattr', ['+i', folder]).status !== 0) return undefined;
    return () => void spawnSync('chattr', ['-i', folder]);
  }

  it('stops the command before it has done anything', async (context) => {
    project = createProject({
      'stedi_project.yml': plainConfig,
      'models/one.sql': 'select 1 as id\n',
      'target/notes.txt': 'mine',
    });
    const unlock = lockFolder(join(project.root, 'target'));
    if (unlock === undefined) context.skip('root cannot be kept from writing here');
    const outcomes = await project.runAll([['build'], ['compile']]);
    unlock?.();
    const [build, compile] = outcomes;
    expect(build?.code).toBe(2);
    expect(build?.stderr).toContain(
      'error[connection-failed]: the warehouse target/warehouse.duckdb cannot be written',
    );
    expect(compile?.code).toBe(2);
    expect(compile?.stderr).toContain('error[write-failed]: target/compiled/shop/models/one.sql');
    for (const outcome of outcomes) {
      expect(outcome.stderr).toContain('hint: ');
      expectPlainWords(outcome);
    }
    expect(project.list('target')).toEqual(['notes.txt']);
    expect(project.run(['build']).code).toBe(0);
  });

  it('may be a file', async () => {
    project = createProject({
      'stedi_project.yml': plainConfig,
      'models/one.sql': 'select 1 as id\n',
      target: 'mine',
    });
    for (const outcome of await project.runAll([['build'], ['debug']])) {
      expect(outcome.code).toBe(2);
      expect(outcome.stderr).toMatch(/error\[connection-failed\]: the .* cannot be made: .* file/u);
      expectPlainWords(outcome);
    }
    expect(project.read('target')).toBe('mine');
  });

  it('may have been deleted', () => {
    project = createProject({
      'stedi_project.yml': plainConfig,
      'models/one.sql': 'select 1 as id\n',
      'models/two.sql': "select * from {{ ref('one') }}\n",
    });
    expect(project.run(['build']).code).toBe(0);
    rmSync(join(project.root, 'target'), { recursive: true });
    const child = project.run(['build', '--select', 'two']);
    expect(child.code).toBe(1);
    expect(child.stderr).toContain('Table with name one does not exist\n  models/two.sql:1:');
    expect(child.stderr).toContain("refer to it as {{ ref('one') }} and build it first");
    expect(project.run(['build']).code).toBe(0);
  });
});

describe('a full disk', () => {
  /** Gives a folder a small disk of its own; `undefined` where that is not allowed. */
  function mountSmallDisk(folder: string, sizeMb: number): (() => void) | undefined {
    mkdirSync(folder, { recursive: true });
    const options = ['-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'tmpfs', folder];
    if (process.platform !== 'linux' || spawnSync('mount', options).status !== 0) return undefined;
    return () => void spawnSync('umount', ['-l', folder]);
  }

  it('fails the model that needs the room; what was published stays, and freeing some is enough', (context) => {
    project = createProject({
      'stedi_project.yml': plainConfig,
      'models/one.sql': 'select 1 as id\n',
      // After the other model, which otherwise finds no room either when this one has filled the disk to the last byte.
      'models/big.sql':
        "select md5(to_utf8(cast(x * 1000 + y as varchar))) as h from unnest(sequence(1, 1000)) as a(x) cross join unnest(sequence(1, 400)) as b(y) cross join {{ ref('one') }}\n",
    });
    const target = join(project.root, 'target');
    const unmount = mountSmallDisk(target, 4);
    if (unmount === undefined) context.skip('no disk can be mounted here');
    try {
      const full = project.run(['build', '--threads', '1']);
      expect(full.code).toBe(1);
      expect(full.stderr).toContain("error[disk-full]: model 'big' failed: ");
      expect(full.stderr).toContain('hint: free some space');
      expect(full.stdout).toContain('Models: 1 built, 1 failed');
      expectPlainWords(full);
      expect(countIn('main.one')).toBe(1);
      spawnSync('mount', ['-o', 'remount,size=64m', target]);
      expect(project.run(['build']).code).toBe(0);
      expect(countIn('main.big')).toBe(400_000);
    } finally {
      unmount?.();
    }
  });

  it.skipIf(!existsSync('/dev/full'))(
    'behind stdout does not keep the work from being done',
    () => {
      project = createProject({
        'stedi_project.yml': plainConfig,
        'models/one.sql': 'select 1 as id\n',
      });
      const { status, stderr } = spawnSync(
        'sh',
        ['-c', `"${process.execPath}" "${bin}" build > /dev/full`],
        { encoding: 'utf8', cwd: project.root },
      );
      expect(status).toBe(2);
      expect(stderr).toContain('error[disk-full]: there is no space left on the disk');
      expect(stderr).not.toContain('error[internal]');
      expect(statuses()).toEqual({ one: 'success' });
      expect(countIn('main.one')).toBe(1);
    },
  );
});

describe('a warehouse file that is damaged', () => {
  it('is refused and not touched', () => {
    project = createProject({
      'stedi_project.yml': plainConfig,
      'models/one.sql': 'select 1 as id\n',
    });
    expect(project.run(['build']).code).toBe(0);
    const path = join(project.root, 'target/warehouse.duckdb');
    const whole = readFileSync(path);
    for (const [content, message] of [
      [
        whole.subarray(0, whole.length / 2),
        'the warehouse target/warehouse.duckdb is damaged: Could not read',
      ],
      [
        Buffer.from('no database. '.repeat(2000)),
        'target/warehouse.duckdb is not a DuckDB database file',
      ],
    ] as const) {
      writeFileSync(path, content);
      // One after the other: a command that has the file open is what the other would speak of.
      for (const args of [['build'], ['show', 'one']]) {
        const outcome = project.run(args);
        expect(outcome.code).toBe(2);
        expect(outcome.stderr).toContain(`error[connection-failed]: ${message}`);
        expect(outcome.stderr).toContain('hint: ');
        expectPlainWords(outcome);
      }
      expect(readFileSync(path).equals(content)).toBe(true);
    }
    expect(project.run(['compile']).code).toBe(0);
    expect(project.run(['clean', '--warehouse']).code).toBe(0);
    expect(project.run(['build']).code).toBe(0);
  });
});

describe('300 models in a chain', () => {
  const length = 300;
  const chain = (first: string): Readonly<Record<string, string>> => ({
    'stedi_project.yml': plainConfig,
    ...Object.fromEntries(
      Array.from({ length }, (_, index) => [
        `models/m${index}.sql`,
        index === 0 ? first : `select id + 1 as id from {{ ref('m${index - 1}') }}\n`,
      ]),
    ),
  });

  it('are built one after another, or skipped with the first', () => {
    project = createProject(chain('select 1 as id\n'));
    const build = project.run(['build']);
    expect(build.code).toBe(0);
    expect(build.stdout).toContain(`Models: ${length} built`);
    expect(project.rows(`select id from main.m${length - 1}`)).toEqual([{ id: length }]);

    project.write('models/m0.sql', "select cast('x' as bigint) as id\n");
    const failed = project.run(['build']);
    expect(failed.code).toBe(1);
    expect(failed.stdout).toContain(`Models: 1 failed, ${length - 1} skipped`);
    expect(failed.stderr.match(/error\[/gu)).toHaveLength(1);
  });

  it('that end where they began are reported in a few lines', () => {
    project = createProject(chain(`select id from {{ ref('m${length - 1}') }}\n`));
    const { code, stderr } = project.run(['compile']);
    expect(code).toBe(2);
    expect(stderr).toContain('error[graph-cycle]: models depend on each other in a circle: m0 → ');
    expect(stderr).toContain(`… ${length - 9} more …`);
    expect(stderr.split('\n').length).toBeLessThan(60);
  });
});

describe('a secret in a target', () => {
  it('shows nowhere, also when the connection fails', async () => {
    const secret = 'hunter2-ä\'"';
    project = createProject({
      'stedi_project.yml': `name: shop\ntargets:\n  local:\n    type: duckdb\n    path: "{{ env_var('STEDI_ENV_SECRET_WHERE') }}/warehouse.duckdb"\n`,
      'models/one.sql': 'select 1 as id\n',
      [secret]: 'a file where the folder should be',
    });
    const env = { STEDI_ENV_SECRET_WHERE: secret };
    const calls = [
      ['build'],
      ['build', '--log-format', 'json'],
      ['debug'],
      ['show', 'one'],
      ['compile'],
      ['ls', '--output', 'json'],
    ];
    const outcomes = await project.runAll(calls, { env });
    expect(outcomes.map(({ code }) => code)).toEqual([2, 2, 2, 0, 0, 0]);
    expect(outcomes[0]?.stderr).toContain('*****/warehouse.duckdb');
    const written = project.list('target').map((path) => project.read(`target/${path}`));
    expect(written.length).toBeGreaterThan(0);
    for (const text of [
      ...outcomes.flatMap(({ stdout, stderr }) => [stdout, stderr]),
      ...written,
    ]) {
      expect(text).not.toContain('hunter2');
    }
  });
});
