import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAthenaProject, lakehouseFiles, type AthenaProject } from './testing/athena.js';
import { sortedRows } from './testing/athena-rows.js';
import {
  copyLakehouse,
  hasPublicLanding,
  publicLanding,
  sampleLanding,
  type Lakehouse,
} from './testing/lakehouse.js';
import { lakehouseModels, modelsOfManifest } from './testing/lakehouse-models.js';
import type { CommandOutcome } from './testing/project.js';

describe.each([
  ['the sample', sampleLanding, true],
  ['the public data', publicLanding, hasPublicLanding],
] as const)('the STEDI lakehouse on Athena, %s', (_title, landing, isThere) => {
  describe.skipIf(!isThere)('the data is there', () => {
    let athena: AthenaProject;
    let duckdb: Lakehouse;
    let outcome: CommandOutcome;
    /** That the first build started. */
    let statements: number;
    beforeAll(async () => {
      duckdb = copyLakehouse(landing);
      const built = duckdb.run('build', '--quiet');
      if (built.code !== 0) throw new Error(built.stdout + built.stderr);
      athena = await createAthenaProject(lakehouseFiles(), { landing });
      outcome = await athena.run(['build']);
      statements = athena.emulator.calls.filter(
        ({ operation }) => operation === 'StartQueryExecution',
      ).length;
    });
    afterAll(async () => {
      duckdb.remove();
      await athena.close();
    });

    it('builds and tests everything with the models unchanged', () => {
      expect(outcome.stderr).toBe('');
      expect(outcome.code, outcome.stdout).toBe(0);
      expect(outcome.stdout).toContain('29 passed');
    });

    it('accounts for every statement once', () => {
      const artifact = JSON.parse(athena.project.read('target/run_results.json')) as {
        results: { adapter_response: Record<string, string | number> }[];
      };
      const responses = artifact.results.map((each) => each.adapter_response);
      const ids = responses.flatMap(({ query_ids }) =>
        typeof query_ids === 'string' ? query_ids.split(', ') : [],
      );
      expect(ids).toHaveLength(statements);
      expect(new Set(ids).size).toBe(statements);
      const total = responses.reduce((sum, each) => sum + Number(each['statements'] ?? 0), 0);
      expect(total).toBe(statements);
      expect(outcome.stdout).toMatch(
        new RegExp(`Scanned [\\d.]+ [KM]B in ${statements} statements, for about \\$0\\.\\d+`, 'u'),
      );
    });

    it('has no model that is not compared', () => {
      const models = modelsOfManifest(athena.project.read('target/manifest.json'));
      expect([...models].sort()).toEqual([...lakehouseModels].sort());
    });

    // Every row itself is compared, which proves more than a hash of them would.
    it.each(lakehouseModels)(
      'holds as many rows and the same rows in %s as on DuckDB, in any order',
      async (model) => {
        const sql = `select * from ${model}`;
        const ours = JSON.parse(
          duckdb.run('show', '--inline', sql, '--limit', '-1', '--output', 'json').stdout,
        ) as { show: Record<string, unknown>[] };
        const theirs = await athena.rows(sql);
        expect(theirs).toHaveLength(ours.show.length);
        expect(sortedRows(theirs)).toEqual(sortedRows(ours.show));
      },
    );

    it('is built again without an error, and leaves no staged table behind', async () => {
      const again = await athena.run(['build', '--quiet']);
      expect(again.stderr).toBe('');
      expect(again.code).toBe(0);
      const names = ['stedi_landing', 'stedi_trusted', 'stedi_curated'].flatMap((database) =>
        athena.emulator.glue.listTables(database).map(({ Name }) => `${database}.${Name ?? ''}`),
      );
      expect(names.sort()).toEqual([...lakehouseModels].sort());
    });
  });
});
