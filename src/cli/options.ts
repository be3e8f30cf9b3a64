import type { GcOptions } from './commands/gc.js';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { logLevels, type LogLevel } from '../core/log-level.js';
import {
  indirectSelections,
  resourceTypeNames,
  type IndirectSelection,
} from '../core/selector-definition.js';

/** The flags that every command takes. */
export interface GlobalOptions {
  readonly projectDir?: string;
  readonly profilesDir?: string;
  readonly profile?: string;
  readonly target?: string;
  readonly targetPath?: string;
  readonly warnError?: boolean;
  /** A YAML mapping. */
  readonly warnErrorOptions?: string;
  readonly vars?: string;
  readonly quiet?: boolean;
  /** False for `--no-partial-parse`. */
  readonly partialParse: boolean;
  readonly logFormat: 'text' | 'json';
  readonly logPath?: string;
  readonly logLevelFile: LogLevel;
  readonly logFormatFile: 'text' | 'json';
  /** In bytes; 0 for a file that is never put aside. */
  readonly logFileMaxBytes: number;
  readonly color: boolean;
}

/** The flags that speak of another state: what an earlier run left in its target folder. */
export interface StateOptions {
  readonly state?: string;
  readonly defer?: boolean;
  readonly favorState?: boolean;
  readonly deferState?: string;
}

/** The flags of commands that work on a part of the project. */
export interface SelectionOptions extends StateOptions {
  readonly select?: readonly string[];
  readonly exclude?: readonly string[];
  /** The name of a selector of `selectors.yml`. */
  readonly selector?: string;
  readonly indirectSelection?: IndirectSelection;
  readonly resourceType?: readonly string[];
  readonly excludeResourceType?: readonly string[];
}

/** The flags that leave rows out of what is read. */
export interface RowOptions {
  readonly empty?: boolean;
  /** `3 days`, or a mapping with `start` and `end`. */
  readonly sample?: string;
}

/** The flags of commands that run nodes. */
export interface RunOptions extends SelectionOptions, RowOptions {
  readonly eventTimeStart?: string;
  readonly eventTimeEnd?: string;
  readonly fullRefresh?: boolean;
  readonly failFast?: boolean;
  readonly threads?: number;
  readonly dryRun?: boolean;
  readonly storeFailures?: boolean;
  /** `seed` and `build`: prints the first rows of each seed that was loaded. */
  readonly show?: boolean;
  readonly output: 'text' | 'json';
  /** `build` alone: false for `--no-audit-gate`. */
  readonly auditGate?: boolean;
}

/** Returns the whole number that an option's value stands for. */
function parseWhole(options: { readonly atLeast: number; readonly expected: string }) {
  return (value: string): number => {
    if (!/^-?\d{1,9}$/u.test(value) || Number(value) < options.atLeast) {
      throw new InvalidArgumentError(`Expected ${options.expected}`);
    }
    return Number(value);
  };
}

/** Adds the flags that every command takes; they may stand before or after the command's name. */
export function addGlobalOptions(program: Command): Command {
  return program
    .option(
      '--project-dir <folder>',
      'folder of stedi_project.yml or dbt_project.yml (default: here or the nearest above)',
    )
    .option('--profiles-dir <folder>', 'folder of profiles.yml, for a dbt project')
    .option('--profile <name>', 'profile to use instead of that of dbt_project.yml')
    .option('-t, --target <name>', 'target to use instead of the default one')
    .option(
      '--target-path <folder>',
      "folder for artifacts and compiled SQL (default: the project's target-path, or target)",
    )
    .option('--vars <yaml>', "values for var(), such as '{consent_cutoff: true}'")
    .option('--warn-error', 'end with an error where a warning would be')
    .option(
      '--warn-error-options <yaml>',
      'which warnings are errors, or not shown: \'{"error": ["config-unused"]}\'',
    )
    .option('-q, --quiet', 'print errors only')
    .option('--no-partial-parse', 'read every file anew, and keep nothing of it for the next time')
    .addOption(
      new Option('--log-format <format>', 'form of progress and diagnostics')
        .choices(['text', 'json'])
        .default('text'),
    )
    .option('--log-path <folder>', 'folder of the log file (default: logs in the project folder)')
    .addOption(
      new Option('--log-level-file <level>', 'what goes to the log file; none for no file')
        .choices(logLevels)
        .default('debug'),
    )
    .addOption(
      new Option('--log-format-file <format>', 'form of the log file')
        .choices(['json', 'text'])
        .default('json'),
    )
    .addOption(
      new Option(
        '--log-file-max-bytes <bytes>',
        'size at which the log file is put aside, 0: never',
      )
        .argParser(parseWhole({ atLeast: 0, expected: 'a whole number of bytes.' }))
        .default(10_485_760),
    )
    .option('--no-color', 'print without colours');
}

/** Returns one of dbt's other words for `--select`, which older scripts use; what they name adds up. */
function otherWordForSelect(flags: string): Option {
  const option = new Option(flags).hideHelp();
  option.attributeName = () => 'select';
  return option;
}

/** Adds the flags that choose nodes. */
export function addSelectionOptions(command: Command): Command {
  return command
    .option(
      '-s, --select <selector...>',
      'nodes to include: names, paths, tag:x, +parents, children+',
    )
    .addOption(otherWordForSelect('-m, --models <selector...>'))
    .addOption(otherWordForSelect('--model <selector...>'))
    .option('--exclude <selector...>', 'nodes to leave out')
    .option('--selector <name>', 'a selector of selectors.yml instead')
    .addOption(
      new Option('--indirect-selection <mode>', 'which data tests come along with models').choices(
        indirectSelections,
      ),
    )
    .option('--state <folder>', 'artifacts of an earlier run, for state: and result:');
}

/** Adds the flags by which refs go to another state. */
export function addDeferOptions(command: Command): Command {
  return command
    .option('--defer', 'read models that are neither selected nor built here from --state')
    .option('--favor-state', 'with --defer: also those that are built here')
    .option('--defer-state <folder>', 'with --defer: another folder than that of --state');
}

/** Adds the flags of commands that run nodes. */
export function addRunOptions(command: Command): Command {
  const selected = addDeferOptions(addSelectionOptions(command));
  return addOutputOption(addThreadsOption(selected), 'form of the dry run', ['text', 'json'])
    .option('-f, --full-refresh', 'rebuild incremental models from nothing')
    .option('-x, --fail-fast', 'stop at the first failure')
    .option('--dry-run', 'print what would be done and touch nothing');
}

/** Adds the flag of commands that run data tests. */
export function addStoreFailuresOption(command: Command): Command {
  return command.option(
    '--store-failures',
    'keep the rows that fail a data test in a table, where `store_failures` says nothing else',
  );
}

/** Adds the flags that leave rows out of what is read. */
export function addRowOptions(command: Command): Command {
  return command
    .option('--empty', 'read refs and sources as if they had no rows: what is built is empty')
    .option(
      '--sample <time>',
      "read rows of a time only, by event_time: '3 days', or '{start: 2024-07-01, end: 2024-07-08}'",
    );
}

/** Adds the flags that choose the batches of microbatch models. */
export function addEventTimeOptions(command: Command): Command {
  return command
    .option('--event-time-start <time>', 'microbatch: build the batches from this one on, in UTC')
    .option('--event-time-end <time>', 'microbatch: build the batches before this time, in UTC');
}

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** What `gc` leaves alone if nothing else is said. */
export const defaultGrace = '24h';

/** Returns what `90m`, `24h`, `7d` mean. */
function parseAge(value: string): GcOptions['grace'] {
  const [, count, unit = ''] = /^(\d{1,6})([mhd])$/u.exec(value) ?? [];
  const unitLength = unitMs[unit];
  if (count === undefined || unitLength === undefined) {
    throw new InvalidArgumentError('Expected a time such as 90m, 24h or 7d.');
  }
  return { text: value, ms: Number(count) * unitLength };
}

/** Adds `--grace`. */
export function addGraceOption(command: Command): Command {
  return command.addOption(
    new Option('--grace <time>', 'leave alone what is younger, such as 90m, 24h or 7d')
      .argParser(parseAge)
      .default(parseAge(defaultGrace), defaultGrace),
  );
}

/** The forms of `ls --output`; `text` is dbt's `selector`. */
export const listForms = ['text', 'json', 'selector', 'name', 'path'] as const;

/** Adds `--output`; the first form is the default. */
export function addOutputOption(
  command: Command,
  description: string,
  forms: readonly string[],
): Command {
  return command.addOption(
    new Option('--output <form>', description).choices(forms).default(forms[0]),
  );
}

/** Adds `--limit`. */
export function addLimitOption(command: Command): Command {
  return command.addOption(
    new Option('--limit <rows>', 'how many rows to show, -1 for all')
      .argParser(parseWhole({ atLeast: -1, expected: 'a whole number of rows, or -1 for all.' }))
      .default(5),
  );
}

/** Adds `--threads`. */
export function addThreadsOption(command: Command): Command {
  return command.addOption(
    new Option('--threads <number>', 'how many nodes run at once').argParser(
      parseWhole({ atLeast: 1, expected: 'a whole number from 1 on.' }),
    ),
  );
}

/** Adds `--resource-type` and `--exclude-resource-type`. */
export function addResourceTypeOption(command: Command): Command {
  return command
    .addOption(
      new Option('--resource-type <type...>', 'only nodes of these kinds').choices([
        ...resourceTypeNames,
        // dbt's words for its own lists, which are all that a project can have here.
        'default',
        'all',
      ]),
    )
    .addOption(
      new Option('--exclude-resource-type <type...>', 'no nodes of these kinds').choices(
        resourceTypeNames,
      ),
    );
}
