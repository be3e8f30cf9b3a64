import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answerQuery,
  openTestWarehouse,
  readQueries,
  readTypeName,
  type RecordedQuery,
  type TestWarehouse,
} from '../testing/trino-answers.js';
import { sameCanonical, type Canonical } from '../testing/canonical-value.js';

const groups =
  `queries joins aggregation windows sets subqueries order names unnest typing time shapes`.split(
    /\s+/,
  );

/** `TRINO_GROUP=joins` runs one group; `TRINO_REPORT=1` prints what is wrong or refused. */
const chosen = process.env['TRINO_GROUP']?.split(',') ?? groups;
const verbose = process.env['TRINO_REPORT'] !== undefined;

/** What Trino answers and the translation refuses, or DuckDB fails to run, with the reason. Nothing that gives other rows. */
const knownGaps: ReadonlyMap<string, string> = new Map([]);

type Outcome =
  | { readonly kind: 'right' | 'failed-too' }
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'wrong'; readonly detail: string };

/** The types of texts and of expressions with unknown parts are less exact than Trino's; what they are is compared. */
function roughType(type: string): string {
  return type.replace(/varchar\(\d+\)/g, 'varchar');
}

function sortRows(
  query: RecordedQuery,
  rows: readonly (readonly Canonical[])[],
): readonly (readonly Canonical[])[] {
  if (/order by [^)]*$/i.test(query.sql)) return rows;
  return [...rows].sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
}

function sameRows(
  found: readonly (readonly Canonical[])[],
  expected: readonly (readonly Canonical[])[],
  typeNames: readonly string[],
): boolean {
  const types = typeNames.map(readTypeName);
  return (
    found.length === expected.length &&
    found.every((row, index) =>
      row.every((cell, column) =>
        sameCanonical(cell, expected[index]?.[column] ?? null, types[column] ?? { kind: 'any' }),
      ),
    )
  );
}

/** DuckDB tells columns of one name apart with `:1`. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/:\d+$/, '');
}

async function judgeQuery(warehouse: TestWarehouse, query: RecordedQuery): Promise<Outcome> {
  const answer = await answerQuery(warehouse.connection, query);
  if (answer.kind !== 'rows' && query.error !== undefined) return { kind: 'failed-too' };
  if (answer.kind === 'refused') return { kind: 'refused', detail: answer.message };
  if (answer.kind === 'failed') {
    return { kind: 'wrong', detail: `DuckDB: ${answer.message}\n      ${answer.sql}` };
  }
  const differs = (expected: unknown, found: unknown): Outcome => ({
    kind: 'wrong',
    detail: `expected ${JSON.stringify(expected)}\n      found    ${JSON.stringify(found)}\n      ${answer.sql}`,
  });
  if (query.error !== undefined) return differs(`error ${query.error}`, answer.rows);
  const names = query.names ?? [];
  const types = query.types ?? [];
  if (answer.names.map(plainName).join() !== names.map(plainName).join()) {
    return differs(names, answer.names);
  }
  if (answer.types?.map(roughType).join() !== types.map(roughType).join()) {
    return differs(types, answer.types);
  }
  const expected = sortRows(query, query.rows ?? []);
  const found = sortRows(query, answer.rows);
  return sameRows(found, expected, types) ? { kind: 'right' } : differs(expected, found);
}

describe('recorded queries of Trino', () => {
  let warehouse: TestWarehouse;
  beforeAll(async () => {
    warehouse = await openTestWarehouse();
  });
  afterAll(() => {
    warehouse.connection.closeSync();
  });

  it.each(groups.filter((group) => chosen.includes(group)))(
    '%s: the same columns and rows, and an error or a refusal where Trino fails',
    { timeout: 300_000 },
    async (group) => {
      const counts: Record<Outcome['kind'], number> = {
        right: 0,
        'failed-too': 0,
        refused: 0,
        wrong: 0,
      };
      const unexpected: string[] = [];
      for (const query of readQueries(group)) {
        const outcome = await judgeQuery(warehouse, query);
        counts[outcome.kind]++;
        if (!('detail' in outcome)) continue;
        if (outcome.kind === 'refused' && knownGaps.has(query.sql)) continue;
        unexpected.push(`${outcome.kind.toUpperCase()} ${query.sql}\n      ${outcome.detail}`);
      }
      if (verbose) {
        const lines = [`${group}: ${JSON.stringify(counts)}`, ...unexpected];
        process.stdout.write(`${lines.join('\n')}\n`);
      }
      expect(unexpected.map((line) => `\n${line}`).join('')).toBe('');
    },
  );
});
