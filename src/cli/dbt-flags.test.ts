import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addDbtFlags, followDbtVariables, refusedFlags } from './dbt-flags.js';
import { addGlobalOptions, addRunOptions } from './options.js';

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
      { DBT_TARGET: 'prod', DBT_STATE: 'old' },
      { target: 'prod', state: 'old' },
    ],
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

  it('takes no, and nothing, for no', () => {
    const env = { DBT_FAIL_FAST: '0', DBT_QUIET: 'false', DBT_WARN_ERROR: 'off', DBT_TARGET: '' };
    expect(read(['run'], env)).toEqual(read(['run'], {}));
  });

  it('lets the command line go before the environment', () => {
    const { options } = read(['run', '--target', 'dev'], { DBT_TARGET: 'prod' });
    expect(options).toMatchObject({ target: 'dev' });
  });

  it('refuses variables that it cannot follow', () => {
    const env = { DBT_WARN_ERROR: '1', DBT_TARGET_PATH: 'x', DBT_LOG_LEVEL_FILE: 'loud' };
    expect(read(['run'], env).messages).toEqual([
      "DBT_LOG_LEVEL_FILE stands for --log-level-file <level>, found 'loud'",
      'DBT_TARGET_PATH is set, and there is no --target-path',
      'DBT_WARN_ERROR is set, and there is no --warn-error',
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
