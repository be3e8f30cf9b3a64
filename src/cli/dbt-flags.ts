import { InvalidArgumentError, Option, type Command } from 'commander';
import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';

/** dbt's flags that change nothing that a user could see here: they are taken, and not shown in the help. */
const passedOver: readonly string[] = [
  '--cache-selected-only',
  '--introspect',
  '--log-cache-events',
  '--macro-debugging',
  '--partial-parse',
  '--partial-parse-file-diff',
  '--populate-cache',
  '--send-anonymous-usage-stats',
  '--show-all-deprecations',
  '--show-resource-report',
  '--static-parser',
  '--use-colors',
  '--use-colors-file',
  '--use-experimental-parser',
  '--use-fast-test-edges',
  '--version-check',
];

const packageHint =
  'write the package into packages.yml; `stedi-sql deps` pins it in package-lock.yml';

/** dbt's flags that all its commands take, and of which some here have no use. */
const usedElsewhere: readonly string[] = [
  '--defer',
  '--defer-state <folder>',
  '-x, --fail-fast',
  '--favor-state',
  '--indirect-selection <mode>',
  '--state <folder>',
];

/** dbt's flags of single commands that say what is so here in any case. */
const passedOverBy: Readonly<Record<string, readonly string[]>> = {
  build: ['--no-export-saved-queries', '--no-include-saved-query'],
  clean: ['--clean-project-files-only'],
  compile: ['--inject-ephemeral-ctes', '--threads <number>'],
  generate: ['--compile', '--threads <number>'],
  init: ['-s, --skip-profile-setup'],
  parse: ['--threads <number>'],
  'run-operation': ['--threads <number>'],
  show: ['-f, --full-refresh', '--threads <number>'],
  snapshot: ['--no-empty'],
};

/** Flags whose opposite dbt has as well, against a variable of the environment. */
const withOpposite: readonly string[] = [
  '--defer',
  '--empty',
  '--fail-fast',
  '--favor-state',
  '--quiet',
];

/** Commands that dbt does not have. */
const ownCommands: readonly string[] = ['land', 'crawl', 'iam-policy', 'gc'];

/** dbt's flags that are refused, each with the next step. */
export const refusedFlags: Readonly<Record<string, string>> = {
  '--log-level':
    '`--quiet` prints errors alone; `--log-level-file` says what goes to logs/stedi.log',
  '--no-write-json': 'artifacts are always written, below target/; leave the flag out',
  '--no-print': '`--quiet` prints errors alone',
  '--record-timing-info': 'the time of each node stands in target/run_results.json',
  '-r': 'the time of each node stands in target/run_results.json',
  '--single-threaded': 'write `--threads 1`',
  '--no-compile': 'leave the flag out: only what is needed is compiled',
  '--add-package': packageHint,
  '--config-dir': '`stedi-sql debug` prints which files it reads',
  '--connection': '`stedi-sql debug` tries the connection, too',
  '--empty': 'a snapshot of no rows would end all that are valid; leave the flag out',
  '--export-saved-queries': 'there are no saved queries; leave the flag out',
  '--full-refresh':
    'a retry goes on with the run as it was; run the build again with --full-refresh',
  '-f': 'a retry goes on with the run as it was; run the build again with --full-refresh',
  '--include-saved-query': 'there are no saved queries; leave the flag out',
  '--inline-direct': 'write `--inline`: a query without Jinja is run as it is',
  '--lock': packageHint,
  '--no-clean-project-files-only':
    'clean removes what stedi-sql wrote inside the project; leave the flag out',
  '--no-inject-ephemeral-ctes':
    'compiled SQL always holds its ephemeral models; leave the flag out',
  '--partial-parse-file-path': 'what is kept of parsing lies below target/; leave the flag out',
  '--source': packageHint,
  '--static':
    'manifest.json and catalog.json are written, which other tools show; leave the flag out',
  '--upload-to-artifacts-ingest-api':
    'artifacts stay below target/, and nothing is sent; leave the flag out',
  '-v': '`-V` prints the version',
};

/** dbt's variables of the environment by the flags that they stand for. */
const variables: Readonly<Record<string, string>> = {
  '--defer': 'DBT_DEFER',
  '--defer-state': 'DBT_DEFER_STATE',
  '--empty': 'DBT_EMPTY',
  '--event-time-end': 'DBT_EVENT_TIME_END',
  '--event-time-start': 'DBT_EVENT_TIME_START',
  '--exclude-resource-type': 'DBT_EXCLUDE_RESOURCE_TYPES',
  '--fail-fast': 'DBT_FAIL_FAST',
  '--favor-state': 'DBT_FAVOR_STATE',
  '--full-refresh': 'DBT_FULL_REFRESH',
  '--indirect-selection': 'DBT_INDIRECT_SELECTION',
  '--log-file-max-bytes': 'DBT_LOG_FILE_MAX_BYTES',
  '--log-format': 'DBT_LOG_FORMAT',
  '--log-format-file': 'DBT_LOG_FORMAT_FILE',
  '--log-level-file': 'DBT_LOG_LEVEL_FILE',
  '--log-path': 'DBT_LOG_PATH',
  '--no-color': 'DBT_USE_COLORS',
  '--no-partial-parse': 'DBT_PARTIAL_PARSE',
  '--profile': 'DBT_PROFILE',
  '--project-dir': 'DBT_PROJECT_DIR',
  '--quiet': 'DBT_QUIET',
  '--resource-type': 'DBT_RESOURCE_TYPES',
  '--sample': 'DBT_SAMPLE',
  '--state': 'DBT_STATE',
  '--store-failures': 'DBT_STORE_FAILURES',
  '--target': 'DBT_TARGET',
  '--target-path': 'DBT_TARGET_PATH',
  '--warn-error': 'DBT_WARN_ERROR',
  '--warn-error-options': 'DBT_WARN_ERROR_OPTIONS',
};

/** The names that variables had in earlier versions of dbt, which 1.10 still follows. */
const earlierNames: Readonly<Record<string, string>> = {
  DBT_DEFER: 'DBT_DEFER_TO_STATE',
  DBT_FAVOR_STATE: 'DBT_FAVOR_STATE_MODE',
  DBT_STATE: 'DBT_ARTIFACT_STATE_PATH',
};

/** Variables that would change what a run does, and have no flag here. */
const refusedVariables: Readonly<Record<string, string>> = {
  DBT_SINGLE_THREADED: '--single-threaded',
};

/** dbt's words for no, as Python's click has them. */
const no = /^(?:|0|false|f|no|n|off)$/iu;

/** Whether a flag of no value is asked for: one with `no` in it by a variable that says no. */
function isAskedFor({ negate }: Option, value: string): boolean {
  return value !== '' && no.test(value) === negate;
}

/** The forms that dbt has besides, which are text here. */
function isOtherForm(variable: string, value: string): boolean {
  return /^DBT_LOG_FORMAT/u.test(variable) && (value === 'default' || value === 'debug');
}

/** Adds dbt's flags that have no effect here, and its words for `--no-color`. */
export function addDbtFlags(program: Command): Command {
  const add = (flags: string): Option => {
    const option = new Option(flags).hideHelp();
    program.addOption(option);
    return option;
  };
  const taken = new Set(program.options.map(({ long }) => long));
  for (const flag of passedOver) {
    add(flag);
    const opposite = flag.replace('--', '--no-');
    if (!taken.has(opposite) && flag !== '--use-colors') add(opposite);
  }
  add('--printer-width <characters>');
  // What it would print stands in logs/stedi.log in any case.
  add('-d, --debug');
  for (const flag of ['--no-debug', '--no-single-threaded', '--print', '--write-json']) add(flag);
  add('--no-upload-to-artifacts-ingest-api');
  const uncoloured = new Option('--no-use-colors').hideHelp();
  uncoloured.attributeName = () => 'color';
  return program.addOption(uncoloured);
}

/** Returns all commands that run something, those of `docs` and `source` included. */
function leavesOf(command: Command): readonly Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);
}

/** Adds to each command what dbt's of the same name takes besides, and would change nothing here. */
export function addDbtFlagsOfCommands(program: Command): void {
  for (const command of [program, ...leavesOf(program)]) {
    const has = (flag: string): boolean =>
      [...program.options, ...command.options].some(({ long }) => long === flag);
    const add = (flags: string): void => {
      const [long = ''] = /--[a-z-]+/u.exec(flags) ?? [];
      if (has(long)) return;
      const option = new Option(flags).hideHelp();
      // A flag that is there for its `no` alone would say yes by itself.
      if (option.negate && !has(long.replace('--no-', '--'))) {
        option.attributeName = () => 'passedOver';
      }
      command.addOption(option);
    };
    for (const flag of withOpposite) {
      if (command.options.some(({ long }) => long === flag)) add(flag.replace('--', '--no-'));
    }
    if (command === program || ownCommands.includes(command.name())) continue;
    for (const flags of passedOverBy[command.name()] ?? []) add(flags);
    for (const flags of usedElsewhere) add(flags);
    for (const name of ['--defer', '--fail-fast', '--favor-state'])
      add(name.replace('--', '--no-'));
    for (const option of command.options) {
      if (!/^--(?:exclude-)?resource-type$/u.test(option.long ?? '')) continue;
      const several = new Option(option.flags.replace('resource-type', 'resource-types'));
      several.attributeName = () => option.attributeName();
      if (option.parseArg) several.argParser(option.parseArg);
      command.addOption(several.hideHelp());
    }
  }
}

/** Returns the value that a variable gives an option; `undefined` where it asks for nothing. */
function readValue(option: Option, variable: string, value: string): unknown {
  if (!option.required && !option.optional) {
    return isAskedFor(option, value) ? !option.negate : undefined;
  }
  if (isOtherForm(variable, value)) return undefined;
  const parse = option.parseArg as ((value: string, before: unknown) => unknown) | undefined;
  if (parse === undefined) return value;
  // Several values have white space between them, as in dbt.
  const words = option.variadic ? value.split(/\s+/u).filter((word) => word !== '') : [value];
  return words.reduce<unknown>((before, word) => parse(word, before), undefined);
}

/**
 * Lets dbt's variables of the environment stand for the flags of all commands, where the command line is silent. Codes:
 * `usage` for one with a value that its flag does not take, and for one that would change what a run does, of which there is
 * no flag.
 */
export function followDbtVariables(
  program: Command,
  env: NodeJS.ProcessEnv,
): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const command of [program, ...program.commands]) {
    for (const option of command.options) {
      const newest = variables[option.long ?? ''];
      const earlier = newest === undefined ? undefined : earlierNames[newest];
      const isNewest = earlier === undefined || (newest !== undefined && newest in env);
      const variable = isNewest ? newest : earlier;
      const value = variable === undefined ? undefined : env[variable];
      if (variable === undefined || value === undefined || value === '') continue;
      try {
        const read = readValue(option, variable, value);
        if (read !== undefined) {
          const name = option.attributeName();
          command.setOptionValueWithSource(name, read, 'env');
          // What the command line says stands in their place; it would be added to them.
          for (const each of command.options) {
            if (each.variadic && each.attributeName() === name) each.default(read);
          }
        }
      } catch (error) {
        if (!(error instanceof InvalidArgumentError)) throw error;
        const message = `${variable} stands for ${option.flags}, found '${value}'`;
        if (diagnostics.some((each) => each.message === message)) continue;
        diagnostics.push(errorDiagnostic('usage', message, { hint: error.message }));
      }
    }
  }
  for (const [variable, flag] of Object.entries(refusedVariables)) {
    if (no.test(env[variable] ?? '')) continue;
    const message = `${variable} is set, and there is no ${flag}`;
    const hint = `unset it; ${refusedFlags[flag] ?? ''}`;
    diagnostics.push(errorDiagnostic('usage', message, { hint }));
  }
  return diagnostics;
}
