// `npm run test:faults`: the fault suites in full, where `npm test` runs a choice of them. What comes before the first option
// narrows the files: `npm run test:faults -- athena-faults -t "a build that is killed"`. With STEDI_FAULTS_ABOUT=hive_appended,
// rebuilds are killed only at calls that are about this table, statement or address; with STEDI_FAULTS_PART=2/10 at every
// tenth, from the second on. Every call of the command is a process of
// its own here (e2e/testing/call-command.ts).
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const windows = process.platform === 'win32';

const args = process.argv.slice(2);
const firstOption = args.findIndex((arg) => arg.startsWith('-'));
const words = firstOption === -1 ? args : args.slice(0, firstOption);
const suites = readdirSync(join(root, 'e2e')).filter((name) => name.endsWith('-faults.test.ts'));
const wanted = suites.filter(
  (name) => words.length === 0 || words.some((word) => `e2e/${name}`.includes(word)),
);
if (wanted.length === 0) {
  console.error(`no suite is called ${words.join(' or ')}; there are ${suites.join(', ')}`);
  process.exit(2);
}
const { status } = spawnSync(
  join(root, 'node_modules', '.bin', windows ? 'vitest.cmd' : 'vitest'),
  ['run', '--project', 'e2e', ...wanted.map((name) => `e2e/${name}`), ...args.slice(words.length)],
  {
    cwd: root,
    stdio: 'inherit',
    shell: windows,
    env: { ...process.env, STEDI_FAULTS: 'full', STEDI_SPAWN: 'all' },
  },
);
process.exit(status ?? 1);
