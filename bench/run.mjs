// `npm run bench [-- --sample]`: prints the table of bench/README.md; with `--sample` without the large data.
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchBuild, generateLarge } from './build.mjs';
import { benchStartup } from './startup.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const rows = [
  ...benchStartup(root),
  await benchBuild(root, { title: 'sample', landing: join(root, 'data', 'landing'), rounds: 5 }),
];
if (!process.argv.includes('--sample')) {
  const large = generateLarge(root);
  try {
    rows.push(
      await benchBuild(root, {
        title: '100 times the 2023 release',
        landing: large.landing,
        rounds: 1,
      }),
    );
  } finally {
    large.remove();
  }
}

console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB\n`,
);
console.log('| what | stedi-sql | the other | result | goal |');
console.log('| --- | ---: | ---: | ---: | --- |');
for (const { what, ours, other, result, goal } of rows) {
  console.log(`| ${what} | ${ours} | ${other} | ${result} | ${goal} |`);
}
