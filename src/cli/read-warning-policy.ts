import { join } from 'node:path';
import { errorDiagnostic, type Diagnostic, type SourceLocation } from '../core/diagnostic.js';
import { isMapping } from '../core/is-mapping.js';
import { failure, success, type Result } from '../core/result.js';
import {
  checkWarningNames,
  createWarningPolicy,
  plainWarnings,
  type WarningNames,
  type WarningOptions,
  type WarningPolicy,
} from '../core/warning-policy.js';
import { findProjectDir, projectFileIn } from '../project/find-project-dir.js';
import { dbtProjectFileName } from '../project/project-file-name.js';
import { readTextFile } from '../project/read-text-file.js';
import type { GlobalOptions } from './options.js';

const example = `'{"error": ["config-unused"], "silence": ["yaml-ambiguous"]}'`;

/** dbt's earlier words for two of the keys. */
const earlierKeys: Readonly<Record<string, string>> = { include: 'error', exclude: 'warn' };

/** What is wrong with what is said of warnings, and where it stands. */
type Refuse = (message: string) => Result<never>;

function refuseAt(location?: SourceLocation): Refuse {
  return (message) =>
    failure([
      errorDiagnostic('usage', message, { location, hint: `write a mapping such as ${example}` }),
    ]);
}

function readNames(value: unknown): WarningNames | undefined {
  if (value === undefined || value === null) return [];
  if (value === 'all' || value === '*') return 'all';
  if (!Array.isArray(value)) return undefined;
  const names: readonly unknown[] = value;
  if (names.length === 1 && (names[0] === 'all' || names[0] === '*')) return 'all';
  return names.every((each): each is string => typeof each === 'string') ? names : undefined;
}

/** Reads dbt's mapping of warnings. Code: `usage`. */
function readOptions(value: unknown, refuse: Refuse): Result<WarningOptions> {
  if (!isMapping(value)) return refuse('--warn-error-options must be a mapping');
  const read: Record<string, WarningNames> = {};
  for (const [written, names] of Object.entries(value)) {
    const key = earlierKeys[written] ?? written;
    if (!['error', 'warn', 'silence'].includes(key)) {
      return refuse(`--warn-error-options has no key '${written}'`);
    }
    if (read[key] !== undefined) {
      return refuse(`--warn-error-options has '${written}' and, for the same, another key`);
    }
    const list = readNames(names);
    if (list === undefined || (key === 'warn' && list === 'all')) {
      return refuse(`'${written}' of --warn-error-options must be a list of names`);
    }
    read[key] = list;
  }
  const { error = [], warn = [], silence = [] } = read;
  if (error === 'all' && silence === 'all') {
    return refuse("--warn-error-options has all under 'error' and under 'silence'");
  }
  const lists = [error, warn, silence].filter((each) => each !== 'all');
  const twice = lists.flat().find((name) => lists.filter((each) => each.includes(name)).length > 1);
  if (twice !== undefined) {
    return refuse(`--warn-error-options names '${twice}' under two keys`);
  }
  return success({ error, warn: warn === 'all' ? [] : warn, silence });
}

/** What one place says of warnings. */
interface Said {
  readonly all: unknown;
  readonly options: unknown;
  readonly refuse: Refuse;
}

/** Returns what `flags:` of `dbt_project.yml` say; nothing of a file that cannot be read, which is told when it is loaded. */
async function readProjectFlags(options: GlobalOptions, cwd: string): Promise<Said | undefined> {
  const root = findProjectDir({ projectDir: options.projectDir, cwd });
  if (!root.ok || projectFileIn(root.value) !== dbtProjectFileName) return undefined;
  const text = readTextFile(join(root.value, dbtProjectFileName), dbtProjectFileName);
  // YAML takes time to load, and hardly any project says something of warnings.
  if (!text.ok || !text.value.includes('warn_error')) return undefined;
  const { parseYaml } = await import('../project/yaml-document.js');
  const parsed = parseYaml(text.value, dbtProjectFileName, { version: '1.1' });
  const value = parsed.ok ? parsed.value.value : undefined;
  const flags = isMapping(value) ? value['flags'] : undefined;
  if (!parsed.ok || !isMapping(flags)) return undefined;
  return {
    all: flags['warn_error'],
    options: flags['warn_error_options'],
    refuse: refuseAt(parsed.value.locate(['flags'], { key: true })),
  };
}

async function readCommandLine(options: GlobalOptions): Promise<Said> {
  const { warnError: all, warnErrorOptions: text } = options;
  if (text === undefined) return { all, options: undefined, refuse: refuseAt() };
  const { parseYamlText } = await import('../project/yaml-text.js');
  return { all, options: parseYamlText(text) ?? text, refuse: refuseAt() };
}

/**
 * Returns what becomes of warnings: what `--warn-error` and `--warn-error-options` say, or their variables, else `flags:` of
 * `dbt_project.yml`. With success come warnings of names that no warning has. Code: `usage`.
 */
export async function readWarningPolicy(
  options: GlobalOptions,
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<Result<WarningPolicy>> {
  const called = await readCommandLine(options);
  // A variable that says no goes before the file, too.
  const isSaid =
    called.all !== undefined || called.options !== undefined || Boolean(env['DBT_WARN_ERROR']);
  const said = isSaid ? called : await readProjectFlags(options, cwd);
  if (said === undefined) return success(plainWarnings);
  const { all, refuse } = said;
  if (all != null && typeof all !== 'boolean') return refuse("'warn_error' must be true or false");
  if (all === true && said.options != null) {
    return refuse('--warn-error and --warn-error-options are both there, and exclude each other');
  }
  if (all === true) {
    return success(createWarningPolicy({ error: 'all', warn: [], silence: [] }));
  }
  if (said.options == null) return success(plainWarnings);
  const read = readOptions(said.options, refuse);
  if (!read.ok) return read;
  const unknown: readonly Diagnostic[] = checkWarningNames(read.value);
  return success(createWarningPolicy(read.value), unknown);
}
