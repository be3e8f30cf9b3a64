// The tools that the parse bench runs: stedi-sql, and dbt 1.x and 2.x where they can be installed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The others, as Python packages. */
const others = [
  {
    name: 'dbt 1.x',
    requests: [['dbt-core==1.10.*', 'dbt-duckdb']],
    variable: 'BENCH_DBT_1',
  },
  {
    name: 'dbt 2.x',
    // A release fetches its program from its maker's server; where that cannot be reached, the last one that holds it.
    requests: [['dbt>=2'], ['--pre', '--only-binary', ':all:', 'dbt>=2.0.0.dev0']],
    variable: 'BENCH_DBT_2',
  },
];

/** Runs commands one after the other; returns why one failed, if one did. */
function runAll(steps) {
  for (const [command, args] of steps) {
    const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
    if (status === 0) continue;
    const lines = (error?.message ?? stderr).trim().split('\n');
    return lines.find((line) => /\w+Error:|ERROR/.test(line))?.trim() ?? lines.at(-1);
  }
  return undefined;
}

/**
 * Returns the dbt command of a tool, or why there is none: that of its environment variable, else one that is installed into
 * a virtual environment below `folder`.
 */
export function installTool(folder, { name, requests, variable }) {
  const given = process.env[variable];
  if (given !== undefined)
    return existsSync(given) ? { dbt: given } : { why: `${given} is not there` };
  const venv = join(folder, name.replaceAll(/\W/g, '-'));
  const dbt = join(venv, 'bin', 'dbt');
  if (existsSync(dbt)) return { dbt };
  const install = ['install', '--quiet', '--disable-pip-version-check'];
  let why = runAll([['python3', ['-m', 'venv', venv]]]);
  if (why !== undefined) return { why };
  for (const packages of requests) {
    why = runAll([[join(venv, 'bin', 'pip'), [...install, ...packages]]]);
    if (why === undefined) return { dbt };
  }
  return { why };
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
        `SKIPPED: ${other.name} (${other.requests[0].join(', ')}) cannot be installed: ${why}`,
      );
      continue;
    }
    tools.push({
      name: other.name,
      command: (name) => [
        dbt,
        ['--quiet', name, '--profiles-dir', '.', '--target-path', 'dbt_target'],
      ],
      written: 'dbt_target',
    });
  }
  return tools;
}
