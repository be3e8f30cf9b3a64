// `npm run bench:memory`: the most memory that landing a file of a gigabyte takes, and generating ten million readings.
// `-- --megabytes N --customers N --json` for other sizes, and for programs.
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '1024' },
    customers: { type: 'string', default: '95600' },
    json: { type: 'boolean', default: false },
  },
});

/** Runs a script with Node; returns its largest resident set in megabytes. */
function measure(folder, script, args) {
  const file = join(folder, 'peak');
  const hook = `import { writeFileSync } from 'node:fs'; process.on('exit', () => writeFileSync(${JSON.stringify(file)}, String(process.resourceUsage().maxRSS)));`;
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(hook)}`, script, ...args],
    { cwd: folder, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`${script} ended with ${status}: ${stderr}`);
  return Math.round(Number(readFileSync(file, 'utf8')) / 1024);
}

/** Writes JSON lines of this size. */
function writeLines(path, megabytes) {
  const file = openSync(path, 'w');
  const line = (id) => `${JSON.stringify({ id, text: 'x'.repeat(200) })}\n`;
  for (let at = 0, id = 0; at < megabytes; at += 1) {
    let chunk = '';
    while (chunk.length < 2 ** 20) chunk += line(id++);
    writeSync(file, chunk);
  }
  closeSync(file);
}

const folder = mkdtempSync(join(tmpdir(), 'stedi-bench-memory-'));
try {
  writeFileSync(join(folder, 'stedi_project.yml'), 'name: memory\n');
  const yaml =
    'models:\n  - name: raw\n    config: {materialized: external_table, location: landing, format: json}\n    columns: [{name: id, data_type: bigint}, {name: text, data_type: varchar}]\n';
  mkdirSync(join(folder, 'models'));
  writeFileSync(join(folder, 'models', 'raw.yml'), yaml);
  const input = join(folder, 'input.json');
  writeLines(input, Number(values.megabytes));
  const landMb = measure(folder, join(root, 'bin', 'stedi-sql.js'), [
    'land',
    input,
    '--into',
    'raw',
  ]);
  rmSync(input);
  rmSync(join(folder, 'landing'), { recursive: true, force: true });
  const generateMb = measure(folder, join(root, 'dist', 'land', 'generate', 'main.js'), [
    ...['--customers', values.customers, '--seed', '1', '--out', join(folder, 'generated')],
  ]);
  if (values.json) console.log(JSON.stringify({ landMb, generateMb }));
  else {
    console.log('| what | most memory | goal |');
    console.log('| --- | ---: | --- |');
    console.log(`| land a file of ${values.megabytes} MB | ${landMb} MB | under 300 MB |`);
    console.log(
      `| generate the data of ${values.customers} customers | ${generateMb} MB | bounded |`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
