// The two workloads of the parse bench, written to a folder. Each is a project for stedi-sql and for dbt at once: the same
// SQL and YAML files, `stedi_project.yml` beside `dbt_project.yml` and `profiles.yml`. Equal seeds give equal files.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Returns a generator of numbers in [0, 1): mulberry32, which has 32 bits of state. */
function createRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Returns a whole number in [from, to]. */
function between(random, from, to) {
  return from + Math.floor(random() * (to - from + 1));
}

/** Returns `count` different items. */
function pickSeveral(random, items, count) {
  const picked = new Set();
  while (picked.size < Math.min(count, items.length)) {
    picked.add(items[between(random, 0, items.length - 1)]);
  }
  return [...picked];
}

const ref = (name) => `{{ ref('${name}') }}`;

/** Returns the files that make a folder a project for each of the tools. */
function projectFiles(name) {
  return [
    [
      'stedi_project.yml',
      `name: ${name}
version: '1.0'

target: local
targets:
  local:
    type: duckdb
    path: target/warehouse.duckdb
    schema: bench
    threads: 2
`,
    ],
    [
      'dbt_project.yml',
      `name: ${name}
version: '1.0'
profile: bench
model-paths: [models]
`,
    ],
    [
      'profiles.yml',
      `bench:
  target: local
  outputs:
    local:
      type: duckdb
      path: dbt.duckdb
      schema: bench
      threads: 2
`,
    ],
  ];
}

/**
 * Workload A: node 0 has no refs; node n picks t uniformly from [0, n) and refs t and all of t's refs. Each model is a
 * `union all` over its refs, and has a YAML file of its own with unique, not_null and relationships to node 0.
 */
function* branchingFiles(models, seed) {
  const random = createRandom(seed);
  const refs = [];
  for (let n = 0; n < models; n++) {
    const chosen = n === 0 ? -1 : between(random, 0, n - 1);
    refs.push(n === 0 ? [] : [chosen, ...refs[chosen]]);
    const sql =
      n === 0
        ? 'select 1 as id\n'
        : `${refs[n].map((each) => `select id from ${ref(`node_${each}`)}`).join('\nunion all\n')}\n`;
    yield [`models/node_${n}.sql`, sql];
    yield [
      `models/node_${n}.yml`,
      `version: 2

models:
  - name: node_${n}
    description: Node ${n}
    columns:
      - name: id
        description: The key
        data_tests:
          - unique
          - not_null
          - relationships:
              arguments:
                to: ref('node_0')
                field: id
`,
    ];
  }
}

const columnTypes = ['integer', 'varchar', 'double', 'date'];

function sourceLike(random, name) {
  const columns = Array.from({ length: between(random, 7, 15) }, (_, index) => ({
    name: index === 0 ? 'id' : index === 1 ? 'amount' : `column_${index}`,
    type: index < 2 ? 'integer' : columnTypes[between(random, 0, columnTypes.length - 1)],
  }));
  const values = columns.map((each) =>
    each.name === 'id' || each.name === 'amount'
      ? `    cast(1 as integer) as ${each.name}`
      : `    cast(null as ${each.type}) as ${each.name}`,
  );
  return {
    name,
    columns: columns.map((each) => each.name),
    sql: `{{ config(materialized='table') }}\n\nselect\n${values.join(',\n')}\n`,
  };
}

function staging(random, name, parents) {
  const [parent] = pickSeveral(random, parents, 1);
  const kept = parent.columns.slice(0, between(random, 4, parent.columns.length));
  return {
    name,
    columns: kept,
    sql: `select\n${kept.map((each) => `    ${each}`).join(',\n')}\nfrom ${ref(parent.name)}\nwhere id is not null\n`,
  };
}

function intermediate(random, name, parents) {
  const chosen = pickSeveral(random, parents, between(random, 2, 3));
  const ctes = chosen.map(
    (parent, index) => `input_${index} as (\n    select id, amount from ${ref(parent.name)}\n)`,
  );
  const joins = chosen
    .slice(1)
    .map((_, index) => `\nleft join input_${index + 1} on input_0.id = input_${index + 1}.id`);
  return {
    name,
    columns: ['id', 'amount', 'row_count'],
    sql: `with ${ctes.join(',\n')}\nselect\n    input_0.id,\n    sum(input_0.amount) as amount,\n    count(*) as row_count\nfrom input_0${joins.join('')}\ngroup by input_0.id\n`,
  };
}

function fact(random, name, parents) {
  const [parent] = pickSeveral(random, parents, 1);
  return {
    name,
    columns: ['id', 'amount', 'position'],
    sql: `{{ config(materialized='table', tags=['facts']) }}\n\nselect\n    id,\n    amount,\n    row_number() over (partition by id order by amount desc) as position\nfrom ${ref(parent.name)}\n`,
  };
}

/**
 * Workload B: four layers, 30 % source-like with 7 to 15 columns, 30 % staging with one parent, 25 % intermediate with
 * two or three parents, CTEs and group by, 15 % facts with a window. One YAML file a layer describes all its columns.
 */
function* layeredFiles(models, seed) {
  const random = createRandom(seed);
  const layers = [
    ['raw', 0.3, sourceLike],
    ['staging', 0.3, staging],
    ['intermediate', 0.25, intermediate],
    ['facts', 0.15, fact],
  ];
  let parents = [];
  for (const [layer, share, make] of layers) {
    const made = Array.from({ length: Math.round(models * share) }, (_, index) =>
      make(random, `${layer}_${index}`, parents),
    );
    for (const { name, sql } of made) yield [`models/${layer}/${name}.sql`, sql];
    const entries = made.map(({ name, columns }, index) => {
      const described = columns.map(
        (column) => `      - name: ${column}\n        description: The ${column} of ${name}\n`,
      );
      return `  - name: ${name}\n    description: Model ${index} of the layer ${layer}\n    columns:\n${described.join('')}`;
    });
    yield [`models/${layer}/${layer}.yml`, `version: 2\n\nmodels:\n${entries.join('')}`];
    parents = made;
  }
}

/** The workloads by name: how many models each has, its files, and the file that the bench edits. */
export const workloads = {
  A: { models: 2000, files: branchingFiles, edited: 'models/node_1000.sql' },
  B: { models: 10000, files: layeredFiles, edited: 'models/staging/staging_1000.sql' },
};

/** Writes a workload into `folder`; returns how many files it has. */
export function writeWorkload(folder, name, { models = workloads[name].models, seed = 1 } = {}) {
  const files = [
    ...projectFiles(`bench_${name.toLowerCase()}`),
    ...workloads[name].files(models, seed),
  ];
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return files.length;
}
