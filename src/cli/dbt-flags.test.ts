import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addDbtFlags, followDbtVariables, refusedFlags } from './dbt-flags.js';
import { addGlobalOptions, addRunOptions } from './options.js';
import { createProgram } from './program.js';

/** What a command line and an environment come to. */
function read(args: readonly string[], env: NodeJS.ProcessEnv) {
  const program = addDbtFlags(addGlobalOptions(new Command('tool'))).exitOverride();
  const run = addRunOptions(program.command('run')).action(() => undefined);
  const messages = followDbtVariables(program, env).map(({ message }) => message);
  if (messages.length === 0) program.parse(args, { from: 'user' });
  return { messages, options: { ...program.opts(), ...run.opts() } };
}

describe("dbt's flags", () => {
  it.each<readonly [NodeJS.ProcessEnv, Readonly<Record<string, unknown>>]>([
    [
      { DBT_TARGET: 'prod', DBT_STATE: 'old', DBT_TARGET_PATH: 'out' },
      { target: 'prod', state: 'old', targetPath: 'out' },
    ],
    [
      { DBT_DEFER_TO_STATE: '1', DBT_ARTIFACT_STATE_PATH: 'old', DBT_FAVOR_STATE_MODE: '1' },
      { defer: true, state: 'old', favorState: true },
    ],
    [
      { DBT_WARN_ERROR: 'true', DBT_WARN_ERROR_OPTIONS: '{}' },
      { warnError: true, warnErrorOptions: '{}' },
    ],
    [{ DBT_STATE: 'new', DBT_ARTIFACT_STATE_PATH: 'old' }, { state: 'new' }],
    [
      { DBT_FULL_REFRESH: '1', DBT_DEFER: 'True' },
      { fullRefresh: true, defer: true },
    ],
    [
      { DBT_USE_COLORS: 'false', DBT_PARTIAL_PARSE: 'no' },
      { color: false, partialParse: false },
    ],
    [
      { DBT_USE_COLORS: 'true', DBT_PARTIAL_PARSE: '1' },
      { color: true, partialParse: true },
    ],
    [
      { DBT_LOG_FORMAT: 'default', DBT_LOG_LEVEL_FILE: 'none' },
      { logFormat: 'text', logLevelFile: 'none' },
    ],
    [
      { DBT_LOG_FORMAT: 'json', DBT_LOG_FILE_MAX_BYTES: '5' },
      { logFormat: 'json', logFileMaxBytes: 5 },
    ],
  ])('follows the variables %j', (env, options) => {
    expect(read(['run'], env)).toMatchObject({ messages: [], options });
  });

  it('take, or refuse with the next step, each of dbt 1.10', () => {
    const path = new URL('../../fixtures/dbt-flags/flags.json', import.meta.url);
    const { all = [], ...commands } = JSON.parse(readFileSync(path, 'utf8')) as Readonly<
      Record<string, readonly string[]>
    >;
    const program = createProgram([], () => undefined);
    const missing: string[] = [];
    for (const [name, own] of Object.entries(commands)) {
      // Documentation is not served, and an older name of `source freshness` is not taken.
      if (name === 'docs serve' || name === 'source snapshot-freshness') continue;
      const command = name
        .split(' ')
        .reduce<Command | undefined>(
          (above, word) =>
            above?.commands.find((each) => each.name() === word || each.aliases().includes(word)),
          program,
        );
      const known = new Set(
        [...program.options, ...(command?.options ?? [])].flatMap(({ short, long }) => [
          short,
          long,
        ]),
      );
      for (const flag of [...all, ...own]) {
        if (!known.has(flag) && refusedFlags[flag] === undefined) missing.push(`${name} ${flag}`);
      }
    }
    expect(missing).toEqual([]);
  });

  it('asks for nothing by a flag that is there for its no alone', () => {
    const program = createProgram([], () => undefined);
    const snapshot = program.commands.find((each) => each.name() === 'snapshot');
    expect(snapshot?.opts()).not.toHaveProperty('empty');
    expect(snapshot?.options.map(({ long }) => long)).toContain('--no-empty');
  });

  it('lets the opposite of a flag go before the environment', () => {
    const program = createProgram([], () => undefined).exitOverride();
    followDbtVariables(program, { DBT_QUIET: '1', DBT_FAIL_FAST: '1' });
    const build = program.commands.find((each) => each.name() === 'build');
    let options: unknown;
    build?.action(() => {
      options = { ...program.opts(), ...build.opts() };
    });
    program.parse(['--no-quiet', 'build', '--no-fail-fast', '--resource-types', 'model'], {
      from: 'user',
    });
    expect(options).toMatchObject({ quiet: false, failFast: false, resourceType: ['model'] });
  });

  it.each<readonly [readonly string[], NodeJS.ProcessEnv, object]>([
    [
      [],
      { DBT_EXCLUDE_RESOURCE_TYPES: 'test unit_test' },
      { excludeResourceType: ['test', 'unit_test'] },
    ],
    [[], { DBT_RESOURCE_TYPES: 'model' }, { resourceType: ['model'] }],
    [['--resource-type', 'seed'], { DBT_RESOURCE_TYPES: 'model test' }, { resourceType: ['seed'] }],
    [['--resource-types', 'seed'], { DBT_RESOURCE_TYPES: 'model' }, { resourceType: ['seed'] }],
  ])('reads kinds of nodes: %j %j', (args, env, expected) => {
    const program = createProgram([], () => undefined).exitOverride();
    expect(followDbtVariables(program, env)).toEqual([]);
    const build = program.commands.find((each) => each.name() === 'build');
    let options: unknown;
    build?.action(() => {
      options = build.opts();
    });
    program.parse(['build', ...args], { from: 'user' });
    expect(options).toMatchObject(expected);
  });

  it('refuses kinds of nodes that there are not', () => {
    const program = createProgram([], () => undefined);
    const [problem] = followDbtVariables(program, { DBT_RESOURCE_TYPES: 'model dog' });
    expect(problem?.message).toContain('DBT_RESOURCE_TYPES stands for --resource-type <type...>');
  });

  it('takes no, and nothing, for no', () => {
    const env = { DBT_FAIL_FAST: '0', DBT_QUIET: 'false', DBT_WARN_ERROR: 'off', DBT_TARGET: '' };
    expect(read(['run'], env)).toEqual(read(['run'], {}));
  });

  it('lets the command line go before the environment', () => {
    const { options } = read(['run', '--target', 'dev'], { DBT_TARGET: 'prod' });
    expect(options).toMatchObject({ target: 'dev' });
  });

  it('refuses variables that it cannot follow', () => {
    const env = { DBT_SINGLE_THREADED: '1', DBT_LOG_LEVEL_FILE: 'loud' };
    expect(read(['run'], env).messages).toEqual([
      "DBT_LOG_LEVEL_FILE stands for --log-level-file <level>, found 'loud'",
      'DBT_SINGLE_THREADED is set, and there is no --single-threaded',
    ]);
  });

  it('takes flags without effect, and shows none of them', () => {
    const args = ['--no-version-check', 'run', '--no-use-colors', '--printer-width', '100'];
    expect(
      read([...args, '--no-populate-cache', '--no-send-anonymous-usage-stats'], {}),
    ).toMatchObject({
      options: { color: false },
    });
    const help = addDbtFlags(addGlobalOptions(new Command('tool'))).helpInformation();
    expect(help).not.toMatch(/version-check|use-colors|printer/u);
    expect(Object.keys(refusedFlags).filter((flag) => help.includes(`${flag} `))).toEqual([]);
  });
});
