// `stedi-sql --version` beside `node -e 0`.
import { join } from 'node:path';
import { alternate, timeNode } from './measure.mjs';

/** Returns the rows of the start-up table. */
export function benchStartup(root) {
  const bin = join(root, 'bin', 'stedi-sql.js');
  const [version, node] = alternate(
    [{ run: () => timeNode([bin, '--version']) }, { run: () => timeNode(['-e', '0']) }],
    15,
  );
  return [
    {
      what: '`stedi-sql --version` beside `node -e 0`',
      ours: `${version.toFixed(0)} ms`,
      other: `${node.toFixed(0)} ms`,
      result: `${(version - node).toFixed(0)} ms more`,
      goal: 'at most 60 ms more',
    },
  ];
}
