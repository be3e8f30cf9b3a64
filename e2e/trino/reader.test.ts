import { afterEach, expect, it } from 'vitest';
import { createAthenaProject, type AthenaProject } from '../testing/athena.js';

let athena: AthenaProject | undefined;
afterEach(async () => {
  await athena?.close();
  athena = undefined;
});

const rounds = 3;
const rowsEach = 500;

/** Every row tells the round that wrote it. */
const model = (config: string): string =>
  `{{ config(${config}) }}
select {{ var('round') }} as round, n as id, 'p' || cast(n % 3 as varchar) as part
from unnest(sequence(1, ${rowsEach})) as t (n)
`;

const models: Readonly<Record<string, string>> = {
  iceberg: model("materialized='table'"),
  kept: model("materialized='table', keep_history=true"),
  hive: model("materialized='table', table_type='hive'"),
  looked: model("materialized='view'"),
  merged: model("materialized='incremental', unique_key='id'"),
  replaced: model(
    "materialized='incremental', incremental_strategy='delete+insert', unique_key='id'",
  ),
  overwritten: model(
    "materialized='incremental', incremental_strategy='insert_overwrite', partitioned_by=['part']",
  ),
};

it('shows a reader who polls the old rows or the new ones while models are published, never none, never a mix', async () => {
  const project = await createAthenaProject(
    Object.fromEntries(
      Object.entries(models).map(([name, sql]) => [`models/${name}.sql`, sql] as const),
    ),
  );
  athena = project;
  const build = async (round: number): Promise<void> => {
    const { code, stdout, stderr } = await project.run(['build', '--vars', `round: ${round}`]);
    expect(code, stdout + stderr).toBe(0);
  };
  await build(0);

  let isBuilding = true;
  const seen = new Map<string, string[]>();
  const read = async (name: string): Promise<void> => {
    const answers: string[] = [];
    seen.set(name, answers);
    while (isBuilding) {
      const sql = `select min(round), max(round), count(*), count(distinct id) from stedi.${name}`;
      const [answer = 'nothing'] = await project.query(sql);
      answers.push(answer);
    }
  };
  const readers = Object.keys(models).map(read);
  for (let round = 1; round <= rounds; round++) await build(round);
  isBuilding = false;
  await Promise.all(readers);

  const whole = Array.from({ length: rounds + 1 }, (_, round) =>
    JSON.stringify([String(round), String(round), String(rowsEach), String(rowsEach)]),
  );
  for (const [name, answers] of seen) {
    expect(answers.length, name).toBeGreaterThan(rounds);
    // Rounds follow one another: nobody sees old rows again after newer ones.
    const order = answers.map((answer) => whole.indexOf(answer));
    expect(
      answers.filter((_, index) => order[index] === -1),
      name,
    ).toEqual([]);
    expect(order, name).toEqual([...order].sort((left, right) => left - right));
  }
});
