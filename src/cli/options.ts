import { InvalidArgumentError, Option, type Command } from 'commander';

/** The flags that every command takes. */
export interface GlobalOptions {
  readonly projectDir?: string;
  readonly target?: string;
  readonly vars?: string;
  readonly quiet?: boolean;
  readonly logFormat: 'text' | 'json';
  readonly color: boolean;
}

/** The flags of commands that work on a part of the project. */
export interface SelectionOptions {
  readonly select?: readonly string[];
  readonly exclude?: readonly string[];
}

/** The flags of commands that run nodes. */
export interface RunOptions extends SelectionOptions {
  readonly fullRefresh?: boolean;
  readonly failFast?: boolean;
  readonly threads?: number;
  readonly dryRun?: boolean;
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
      'folder of stedi_project.yml (default: here or the nearest above)',
    )
    .option('-t, --target <name>', 'target to use instead of the default one')
    .option('--vars <yaml>', "values for var(), such as '{consent_cutoff: true}'")
    .option('-q, --quiet', 'print errors only')
    .addOption(
      new Option('--log-format <format>', 'form of progress and diagnostics')
        .choices(['text', 'json'])
        .default('text'),
    )
    .option('--no-color', 'print without colours');
}

/** Adds `--select` and `--exclude`. */
export function addSelectionOptions(command: Command): Command {
  return command
    .option(
      '-s, --select <selector...>',
      'nodes to include: names, paths, tag:x, +parents, children+',
    )
    .option('--exclude <selector...>', 'nodes to leave out');
}

/** Adds the flags of commands that run nodes. */
export function addRunOptions(command: Command): Command {
  return addOutputOption(addSelectionOptions(command), 'form of the dry run', ['text', 'json'])
    .option('-f, --full-refresh', 'rebuild incremental models from nothing')
    .option('-x, --fail-fast', 'stop at the first failure')
    .addOption(
      new Option('--threads <number>', 'how many nodes run at once').argParser(
        parseWhole({ atLeast: 1, expected: 'a whole number from 1 on.' }),
      ),
    )
    .option('--dry-run', 'print what would be done and touch nothing');
}

/** The kinds of nodes that `ls --resource-type` knows. */
export const resourceTypes = ['model', 'test', 'source'] as const;

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

/** Adds `--resource-type`. */
export function addResourceTypeOption(command: Command): Command {
  return command.addOption(
    new Option('--resource-type <type...>', 'only nodes of these kinds').choices(resourceTypes),
  );
}
