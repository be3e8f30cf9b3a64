import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const bench = fileURLToPath(new URL('../bench/memory.mjs', import.meta.url));

/** `npm run bench:memory` does the same with a gigabyte and ten million readings. */
function measure(megabytes: number, customers: number): { landMb: number; generateMb: number } {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [bench, '--json', '--megabytes', String(megabytes), '--customers', String(customers)],
    { encoding: 'utf8' },
  );
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as { landMb: number; generateMb: number };
}

it('lands and generates in memory that does not grow with the data', () => {
  const small = measure(40, 500);
  const large = measure(400, 10_000);
  expect(large.landMb).toBeLessThan(300);
  expect(large.landMb - small.landMb).toBeLessThan(100);
  expect(large.generateMb).toBeLessThan(300);
  expect(large.generateMb - small.generateMb).toBeLessThan(100);
});
