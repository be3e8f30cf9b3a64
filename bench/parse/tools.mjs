// The tools that the parse bench runs: stedi-sql, and dbt 1.x and 2.x where they can be installed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The others, as Python packages. */
const others = [
  { name: 'dbt 1.x', packages: ['dbt-core==1.10.*', 'dbt-duckdb'], variable: 'BENCH_DBT_1' },
  { name: 'dbt 2.x', packages: ['dbt>=2'], variable: 'BENCH_DBT_2' },
];

/**
 * Returns the dbt command of a tool, or why there is none: that of its environment variable, else one that is installed into
 * a virtual environment below `folder`.
 */
export function installTool(folder, { name, packages, variable }) {
  const given = process.env[variable];
  if (given !== undefined)
    return existsSync(given) ? { dbt: given } : { why: `${given} is not there` };
  const venv = join(folder, name.replaceAll(/\W/g, '-'));
  const dbt = join(venv, 'bin', 'dbt');
  if (existsSync(dbt)) return { dbt };
  const steps = [
    ['python3', ['-m', 'venv', venv]],
    [join(venv, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...packages]],
  ];
  for (const [command, args] of steps) {
    const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
    if (status === 0) continue;
    const lines = (error?.message ?? stderr).trim().split('\n');
    return { why: lines.find((line) => /\w+Error:|ERROR/.test(line))?.trim() ?? lines.at(-1) };
  }
  return { dbt };
}

/**
 * Returns the tools by name, each with how it runs a command on a project and where it keeps what it writes. `folder`
 * holds their environments; what is there already is used again.
 */
export function findTools(root, folder, { withOthers }) {
  const tools = [
    {
      name: 'stedi-sql',
      command: (name) => [process.execPath, [join(root, 'bin', 'stedi-sql.js'), name, '--quiet']],
      written: 'target',
    },
  ];
  for (const other of withOthers ? others : []) {
    const { dbt, why } = installTool(folder, other);
    if (dbt === undefined) {
      console.error(
        `SKIPPED: ${other.name} (${other.packages.join(', ')}) cannot be installed: ${why}`,
      );
      continue;
    }
    tools.push({
      name: other.name,
      command: (name) => [dbt, ['--quiet', name, '--profiles-dir', '.']],
      written: 'dbt_target',
    });
  }
  return tools;
}
