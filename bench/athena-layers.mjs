// 200 models in layers, as a project of stedi-sql and as one of dbt-athena.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRandom } from '../dist/land/generate/random.js';

/** 200 models in ten layers of twenty, by name; each reads three of the layer before, and has a test. */
export function layeredModels() {
  const random = createRandom('layers').fraction;
  const models = new Map();
  for (let layer = 0; layer < 10; layer += 1) {
    for (let index = 0; index < 20; index += 1) {
      const parents =
        layer === 0
          ? []
          : [
              ...new Set(
                Array.from({ length: 3 }, () => `m_${layer - 1}_${Math.floor(random() * 20)}`),
              ),
            ];
      models.set(`m_${layer}_${index}`, parents);
    }
  }
  return models;
}

function writeFiles(folder, files) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** The models and their tests, which read the same in both tools. */
function modelFiles(models) {
  const files = {
    'models/schema.yml': `models:\n${[...models.keys()]
      .map(
        (name) => `  - name: ${name}\n    columns:\n      - {name: id, data_tests: [not_null]}\n`,
      )
      .join('')}`,
  };
  for (const [name, parents] of models) {
    const sql =
      parents.length === 0
        ? 'select 1 as id'
        : parents.map((parent) => `select id from {{ ref('${parent}') }}`).join('\nunion\n');
    files[`models/${name}.sql`] = `${sql}\n`;
  }
  return files;
}

/** Writes them as a project of stedi-sql; `target` is the text of its targets. */
export function writeLayers(folder, models, { target, tableType }) {
  writeFiles(folder, {
    ...modelFiles(models),
    'stedi_project.yml': `name: layers\nvars: {landing_location: ''}\nmodels:\n  layers:\n    +materialized: table\n    +table_type: ${tableType}\n${target}`,
  });
}

/** Writes them as a project of dbt-athena, with its profile. */
export function writeDbtLayers(folder, models, { threads, tableType }) {
  writeFiles(folder, {
    ...modelFiles(models),
    'dbt_project.yml': `name: layers\nprofile: layers\nmodels:\n  layers:\n    +materialized: table\n    +table_type: ${tableType}\n`,
    'profiles.yml': [
      'layers:',
      '  target: athena',
      '  outputs:',
      '    athena:',
      '      type: athena',
      '      region_name: eu-central-1',
      '      s3_staging_dir: s3://lake/results/',
      '      s3_data_dir: s3://lake/dbt/',
      '      schema: bench',
      '      database: awsdatacatalog',
      '      work_group: primary',
      `      threads: ${threads}`,
      '',
    ].join('\n'),
  });
}
