// `npm run test:faults`: the fault suites in full, where `npm test` runs a choice of them. With STEDI_FAULTS_ABOUT=hive_appended,
// rebuilds are killed only at calls that are about this table, statement or address; with STEDI_FAULTS_PART=2/10 at every
// tenth, from the second on. Every call of the command is a process of
// its own here (e2e/testing/call-command.ts).
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const windows = process.platform === 'win32';
const { status } = spawnSync(
  join(root, 'node_modules', '.bin', windows ? 'vitest.cmd' : 'vitest'),
  ['run', '--project', 'e2e', 'faults', ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
    shell: windows,
    env: { ...process.env, STEDI_FAULTS: 'full', STEDI_SPAWN: 'all' },
  },
);
process.exit(status ?? 1);
