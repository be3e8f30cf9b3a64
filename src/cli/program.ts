import { Command, CommanderError } from 'commander';
import type { Diagnostic } from '../core/diagnostic.js';
import { formatDiagnostic } from '../report/diagnostics/format-diagnostic.js';
import { createOutput } from '../report/output.js';
import { createRedactor } from '../report/redact.js';
import { wantsColor } from '../report/text/style.js';
import type { DepsOptions } from './commands/deps.js';
import type { RunOperationOptions } from './commands/run-operation.js';
import type { CleanOptions } from './commands/clean.js';
import type { CompileOptions } from './commands/compile.js';
import type { DocsGenerateOptions } from './commands/docs-generate.js';
import type { GcOptions } from './commands/gc.js';
import type { IamPolicyOptions } from './commands/iam-policy.js';
import type { LandOptions } from './commands/land.js';
import type { ListOptions } from './commands/ls.js';
import type { RetryOptions } from './commands/retry.js';
import type { FreshnessOptions } from './commands/source-freshness.js';
import type { ShowOptions } from './commands/show.js';
import { addDbtFlags, addDbtFlagsOfCommands, followDbtVariables } from './dbt-flags.js';
import { exitCodes, type ExitCode } from './exit-codes.js';
import { createInvocation, type Invocation } from './invocation.js';
import { readWarningPolicy } from './read-warning-policy.js';
import {
  addDeferOptions,
  addEventTimeOptions,
  addGlobalOptions,
  addGraceOption,
  addLimitOption,
  addOutputOption,
  addResourceTypeOption,
  addRowOptions,
  addRunOptions,
  addSelectionOptions,
  addStoreFailuresOption,
  addThreadsOption,
  listForms,
  type GlobalOptions,
  type RunOptions,
} from './options.js';
import { toUsageDiagnostic } from './usage-error.js';
import { readVersion } from './version.js';
import { WarningRefused } from './warning-refused.js';

/** What the command line says of one command. Its code is loaded when it is called, not before. */
interface CommandDefinition<Options> {
  /** stdout is for a result that programs may read, so that everything else goes to stderr. */
  readonly printsResult: (options: Options) => boolean;
  /** What it does goes to the log file. */
  readonly keepsLog?: true;
  readonly run: (call: {
    readonly invocation: Invocation;
    readonly options: Options;
    /** The words that are no flags. */
    readonly words: readonly string[];
  }) => Promise<ExitCode>;
}

const always = (): boolean => true;
const never = (): boolean => false;
const onDryRun = (options: RunOptions): boolean => options.dryRun === true;

/** As in dbt, `ls --models` lists models alone. */
function onlyModels(this: Command): void {
  this.setOptionValue('resourceType', ['model']);
}

/** Defines every command on `program`; `finish` receives the exit code of the one that is called. */
function defineCommands(program: Command, finish: (exitCode: ExitCode) => void): void {
  const define = <Options>(command: Command, definition: CommandDefinition<Options>): void => {
    command.action(async () => {
      const options = command.opts<Options & { readonly output?: string }>();
      const globals = program.opts<GlobalOptions>();
      const warnings = await readWarningPolicy(globals, { cwd: process.cwd(), env: process.env });
      if (!warnings.ok) {
        warnings.diagnostics.forEach(printUsageError);
        finish(exitCodes.invalid);
        return;
      }
      const invocation = createInvocation({
        command: command.name(),
        options: globals,
        warnings: warnings.value,
        jsonOutput: options.output === 'json',
        printsResult: definition.printsResult(options),
        keepsLog: definition.keepsLog === true && !definition.printsResult(options),
      });
      try {
        invocation.print(warnings.diagnostics);
        const exitCode = await definition.run({ invocation, options, words: command.args });
        const isRefused = exitCode === exitCodes.ok && invocation.hasRefused();
        finish(isRefused ? exitCodes.invalid : exitCode);
      } catch (error) {
        if (!(error instanceof WarningRefused)) throw error;
        finish(exitCodes.invalid);
      }
    });
  };

  program.commandsGroup('Work on the project:');
  define<RunOptions>(
    addEventTimeOptions(
      addStoreFailuresOption(
        addRowOptions(addResourceTypeOption(addRunOptions(program.command('build')))),
      ),
    )
      .description(
        'build seeds, models and snapshots and test them; each takes its name only if its tests pass',
      )
      .option('--no-audit-gate', "publish first and test afterwards: dbt's order")
      .option('--show', 'print the first rows of each seed that was written'),
    {
      printsResult: onDryRun,
      keepsLog: true,
      run: async ({ invocation, options }) =>
        (await import('./commands/build.js')).build(invocation, options),
    },
  );
  define<RunOptions>(
    addEventTimeOptions(addRowOptions(addRunOptions(program.command('run')))).description(
      'build models',
    ),
    {
      printsResult: onDryRun,
      keepsLog: true,
      run: async ({ invocation, options }) =>
        (await import('./commands/run.js')).run(invocation, options),
    },
  );
  define<RunOptions>(
    addRunOptions(program.command('seed'))
      .description('write CSV files of the project as tables')
      .option('--show', 'print the first rows of each seed that was written'),
    {
      printsResult: onDryRun,
      keepsLog: true,
      run: async ({ invocation, options }) =>
        (await import('./commands/seed.js')).seed(invocation, options),
    },
  );
  define<RunOptions>(
    addRunOptions(program.command('snapshot')).description(
      'bring the tables of snapshots up to date',
    ),
    {
      printsResult: onDryRun,
      keepsLog: true,
      run: async ({ invocation, options }) =>
        (await import('./commands/snapshot.js')).snapshot(invocation, options),
    },
  );
  define<RunOptions>(
    addStoreFailuresOption(
      addRowOptions(addResourceTypeOption(addRunOptions(program.command('test')))),
    ).description('run data tests on what is built'),
    {
      printsResult: onDryRun,
      keepsLog: true,
      run: async ({ invocation, options }) =>
        (await import('./commands/test.js')).test(invocation, options),
    },
  );
  define<RunOptions>(
    addResourceTypeOption(addRunOptions(program.command('clone'))).description(
      'make views of the relations that another state has (--state), where none is yet',
    ),
    {
      printsResult: onDryRun,
      keepsLog: true,
      run: async ({ invocation, options }) =>
        (await import('./commands/clone.js')).clone(invocation, options),
    },
  );
  define<RetryOptions>(
    addThreadsOption(program.command('retry'))
      .description('run again what failed or was skipped in the last run, with its flags')
      .option('--state <folder>', "folder of that run's artifacts (default: the target folder)"),
    {
      printsResult: never,
      keepsLog: true,
      run: async ({ invocation, options }) =>
        (await import('./commands/retry.js')).retry(invocation, options),
    },
  );
  define<CompileOptions>(
    addOutputOption(
      addRowOptions(addDeferOptions(addSelectionOptions(program.command('compile'))))
        .description('print the SQL of models and write it to the target folder')
        .option('--engine', "print the engine's SQL instead of the author's")
        .option('--inline <sql>', 'a query to compile instead; it may use ref() and all macros')
        .option('-f, --full-refresh', 'compile incremental models as if they were built anew'),
      'form of what is printed',
      ['text', 'json'],
    ),
    {
      printsResult: always,
      run: async ({ invocation, options }) =>
        (await import('./commands/compile.js')).compile(invocation, options),
    },
  );
  define(
    program
      .command('parse')
      .description('check the files of the project and write manifest.json to the target folder'),
    {
      printsResult: never,
      run: async ({ invocation }) => (await import('./commands/parse.js')).parse(invocation),
    },
  );

  program.commandsGroup('Look at it:');
  define<ListOptions>(
    addOutputOption(
      addResourceTypeOption(addSelectionOptions(program.command('ls')))
        .alias('list')
        .on('option:models', onlyModels)
        .description('list what the project holds')
        .option('--output-keys <key...>', 'keys of --output json, such as name or config.tags'),
      'form of each line',
      listForms,
    ),
    {
      printsResult: always,
      run: async ({ invocation, options }) =>
        (await import('./commands/ls.js')).ls(invocation, options),
    },
  );
  define<DocsGenerateOptions>(
    addSelectionOptions(
      program
        .command('docs')
        .description('write what other tools read of the project and its warehouse')
        .command('generate'),
    )
      .description('write manifest.json and catalog.json: the project, and what is built of it')
      .option('--no-compile', 'write catalog.json alone')
      .option('--empty-catalog', 'do not look at the warehouse'),
    {
      printsResult: never,
      run: async ({ invocation, options }) =>
        (await import('./commands/docs-generate.js')).docsGenerate(invocation, options),
    },
  );
  define<FreshnessOptions>(
    addThreadsOption(
      addSelectionOptions(
        program
          .command('source')
          .description('look at the sources of the project')
          .command('freshness'),
      )
        .description('ask how old the rows of sources are, and write sources.json')
        .option('-o, --output <file>', 'where the results go (default: target/sources.json)'),
    ),
    {
      printsResult: never,
      run: async ({ invocation, options }) =>
        (await import('./commands/source-freshness.js')).sourceFreshness(invocation, options),
    },
  );
  define<ShowOptions>(
    addOutputOption(
      addLimitOption(
        addDeferOptions(
          addSelectionOptions(
            program
              .command('show')
              .description("print rows of a model, of a test's findings, or of a query")
              .argument('[node]', 'the model or test'),
          ),
        ).option('--inline <sql>', 'a query to run instead; it may use ref() and all macros'),
      ),
      'form of the rows',
      ['text', 'json'],
    ),
    {
      printsResult: always,
      run: async ({ invocation, options, words }) =>
        (await import('./commands/show.js')).show(invocation, options, words[0]),
    },
  );

  define<RunOperationOptions>(
    program
      .command('run-operation')
      .description('run the statements that a macro gives run_query() and statement()')
      .argument('<macro>', 'its name, or package.name')
      .option('--args <yaml>', "its arguments, such as '{name: value}'")
      .option('--dry-run', 'print the statements and touch nothing'),
    {
      printsResult: (options) => options.dryRun === true,
      run: async ({ invocation, options, words }) =>
        (await import('./commands/run-operation.js')).runOperation(
          invocation,
          options,
          words[0] ?? '',
        ),
    },
  );

  program.commandsGroup('Bring data in:');
  define<LandOptions>(
    program
      .command('land')
      .description('bring JSON files into the location of a landing model')
      .argument('<files...>', 'files, folders or addresses of the target')
      .requiredOption('--into <model>', 'the landing model'),
    {
      printsResult: never,
      run: async ({ invocation, options, words }) =>
        (await import('./commands/land.js')).land(invocation, options, words),
    },
  );
  define(
    program
      .command('crawl')
      .description('propose the YAML of a landing model from JSON files')
      .argument('<files...>', 'files, folders or addresses of the target'),
    {
      printsResult: always,
      run: async ({ invocation, words }) =>
        (await import('./commands/crawl.js')).crawl(invocation, words),
    },
  );

  program.commandsGroup('Set up and tidy up:');
  define(
    program
      .command('init')
      .description('start a new project')
      .argument('[folder]', 'its folder (default: this one)'),
    {
      printsResult: never,
      run: async ({ invocation, words }) =>
        (await import('./commands/init.js')).init(invocation, words[0]),
    },
  );
  define<DepsOptions>(
    program
      .command('deps')
      .description('install the packages that packages.yml asks for')
      .option('--upgrade', 'take newer versions than those of package-lock.yml'),
    {
      printsResult: never,
      run: async ({ invocation, options }) =>
        (await import('./commands/deps.js')).deps(invocation, options),
    },
  );
  define(program.command('debug').description('check configuration, target and connection'), {
    printsResult: never,
    run: async ({ invocation }) => (await import('./commands/debug.js')).debug(invocation),
  });
  define<IamPolicyOptions>(
    program
      .command('iam-policy')
      .description('print the least rights that the project needs on its target, as JSON')
      .option('--land', 'with the rights of land')
      .option('--gc', 'with the rights of gc, which reads the names of all tables')
      .option('--account', 'ask the target for its account and its place for results'),
    {
      printsResult: always,
      run: async ({ invocation, options }) =>
        (await import('./commands/iam-policy.js')).iamPolicy(invocation, options),
    },
  );
  define<GcOptions>(
    addGraceOption(
      program
        .command('gc')
        .description('list what earlier runs left on the target and no table points to')
        .option('--apply', 'remove it'),
    ),
    {
      printsResult: never,
      run: async ({ invocation, options }) =>
        (await import('./commands/gc.js')).gc(invocation, options),
    },
  );
  define<CleanOptions>(
    program
      .command('clean')
      .description('remove what stedi-sql wrote to the target folder')
      .option('--warehouse', 'remove the warehouse file in it, too'),
    {
      printsResult: never,
      run: async ({ invocation, options }) =>
        (await import('./commands/clean.js')).clean(invocation, options),
    },
  );
}

/** Prints a usage error the way all other errors are printed. */
function printUsageError(diagnostic: Diagnostic): void {
  const { env, stderr, argv } = process;
  const color = wantsColor({ env, isTerminal: stderr.isTTY, refused: argv.includes('--no-color') });
  createOutput(stderr, { color, redact: createRedactor(env) }).writeLine(
    formatDiagnostic(diagnostic, { color }),
  );
}

/**
 * Returns the command line with all commands and flags. `args` are what it will be asked to read, for messages; `finish` hears
 * the exit code of the command that runs.
 */
export function createProgram(
  args: readonly string[],
  finish: (exitCode: ExitCode) => void,
): Command {
  const program = new Command('stedi-sql')
    .description("Write models in Athena's SQL; build, test and show them on DuckDB.")
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  const commandNames = (): readonly string[] =>
    program.commands.flatMap((command) => [command.name(), ...command.aliases()]);
  program.configureOutput({
    outputError: (text) => {
      const called = args.find((word) => commandNames().includes(word));
      const command = called === undefined ? 'stedi-sql' : `stedi-sql ${called}`;
      printUsageError(toUsageDiagnostic(text, command));
    },
  });
  addDbtFlags(addGlobalOptions(program));
  defineCommands(program, finish);
  addDbtFlagsOfCommands(program);
  return program;
}

/**
 * Reads the command line and runs the command; returns the exit code. What cannot be understood is printed with what was
 * probably meant. Code: `usage`.
 */
export async function runProgram(args: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.ok;
  const program = createProgram(args, (code) => {
    exitCode = code;
  });
  const refused = followDbtVariables(program, process.env);
  if (refused.length > 0) {
    refused.forEach(printUsageError);
    return exitCodes.invalid;
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // The parser has printed its message: help and version exit with 0, everything else is a usage error.
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.ok : exitCodes.invalid;
  }
}
