// `stedi-sql build` of the STEDI project beside one DuckDB script that runs the same SQL on an empty database, each from the
// start of its process to its end.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alternate, timeNode } from './measure.mjs';

/** Returns the files below `folder` by their name without `.sql`. */
function sqlFilesByName(folder) {
  return new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.sql'))
      .map((entry) => [entry.name.slice(0, -'.sql'.length), join(entry.parentPath, entry.name)]),
  );
}

/** Writes the script: what the engine executed in the last build of `project`, in the order in which it ended. */
async function writeScript(root, project) {
  const { installMacroStatements } = await import(
    join(root, 'dist', 'adapters', 'duckdb', 'macros.js')
  );
  const files = sqlFilesByName(join(project, 'target', 'run', 'stedi'));
  const { results } = JSON.parse(readFileSync(join(project, 'target', 'run_results.json'), 'utf8'));
  const executed = [];
  let audits = [];
  for (const { unique_id } of results) {
    const [kind, , name] = unique_id.split('.');
    const file = files.get(name);
    if (file === undefined) throw new Error(`no executed SQL of ${unique_id}`);
    const sql = readFileSync(file, 'utf8');
    if (kind === 'test') {
      audits.push(sql);
    } else {
      // The tests that gate a model ran between its building and its publishing.
      const publish = sql.lastIndexOf('begin transaction');
      executed.push(sql.slice(0, publish), ...audits, sql.slice(publish));
      audits = [];
    }
  }
  const script = join(project, 'script.sql');
  const macros = installMacroStatements.map((statement) => `${statement}\n;`);
  // Of models that ran at once, the one that ended first need not have made their schema.
  const schemas = ['landing', 'trusted', 'curated'].map(
    (zone) => `create schema if not exists stedi_${zone};`,
  );
  writeFileSync(script, [...macros, ...schemas, "set timezone = 'UTC';", ...executed].join('\n'));
  return script;
}

/** Returns the row of one data set; `landing` is its folder. */
export async function benchBuild(root, { title, landing, rounds }) {
  const bin = join(root, 'bin', 'stedi-sql.js');
  const project = mkdtempSync(join(tmpdir(), 'stedi-bench-'));
  try {
    for (const path of ['stedi_project.yml', 'models', 'macros', 'tests']) {
      cpSync(join(root, path), join(project, path), { recursive: true });
    }
    const arguments_ = [
      'build',
      '--quiet',
      '--project-dir',
      project,
      '--vars',
      JSON.stringify({ landing_location: landing }),
    ];
    const target = join(project, 'target');
    // One after another, so that each model's results stand together.
    timeNode([bin, ...arguments_, '--threads', '1'], { cwd: project });
    const script = await writeScript(root, project);
    const [ours, theirs] = alternate(
      [
        {
          prepare: () => rmSync(target, { recursive: true, force: true }),
          run: () => timeNode([bin, ...arguments_], { cwd: project }),
        },
        {
          prepare: () => {
            rmSync(target, { recursive: true, force: true });
            mkdirSync(target);
          },
          run: () =>
            timeNode(
              [join(root, 'bench', 'duckdb-script.mjs'), script, join(target, 'warehouse.duckdb')],
              {
                cwd: project,
              },
            ),
        },
      ],
      rounds,
    );
    return {
      what: `\`stedi-sql build\` beside a DuckDB script, ${title}`,
      ours: `${(ours / 1000).toFixed(2)} s`,
      other: `${(theirs / 1000).toFixed(2)} s`,
      result: `${(ours / theirs).toFixed(2)} times`,
      goal: 'at most 1.5 times',
    };
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

/** Generates data at 100 times the volume of the 2023 release; returns its landing folder and how to remove it. */
export function generateLarge(root) {
  const folder = mkdtempSync(join(tmpdir(), 'stedi-bench-data-'));
  timeNode([
    join(root, 'dist', 'land', 'generate', 'main.js'),
    ...['--customers', '95600', '--seed', '1', '--defects', 'none', '--out', folder],
  ]);
  return {
    landing: join(folder, 'landing'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
