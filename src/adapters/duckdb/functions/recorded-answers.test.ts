import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  compareLimits,
  describeOutcome,
  judge,
  openTestWarehouse,
  listGeneratedFamilies,
  readAnswers,
  readGeneratedAnswers,
  readLimits,
  type Outcome,
  type TestWarehouse,
} from '../testing/trino-answers.js';
import { expectedAnswer } from '../testing/order-of-rows.js';

const families =
  `aggregate array binary bitwise comparison conditional conversion datetime geospatial json lambda map math regexp
  semantics string url window`.split(/\s+/);

/** `TRINO_FAMILY=math` runs one family; `TRINO_REPORT=1` prints what is wrong or refused. */
const chosen = process.env['TRINO_FAMILY']?.split(',') ?? families;
const verbose = process.env['TRINO_REPORT'] !== undefined;

describe('recorded answers of Trino', () => {
  let warehouse: TestWarehouse;
  beforeAll(async () => {
    warehouse = await openTestWarehouse();
  });
  afterAll(() => {
    warehouse.connection.closeSync();
  });

  it('finds a warehouse that takes all macros', () => {
    expect(warehouse.failures).toEqual([]);
  });

  it('lists the limits of expressions that are recorded, alone', () => {
    const recorded = new Set(
      [
        ...families.flatMap(readAnswers),
        ...listGeneratedFamilies().flatMap((family) => readGeneratedAnswers(family)),
      ].map(({ expr }) => expr),
    );
    expect(Object.keys(readLimits()).filter((expr) => !recorded.has(expr))).toEqual([]);
  });

  it.each(families.filter((family) => chosen.includes(family)))(
    '%s: the same value, an error where Trino fails, or a refusal by name',
    { timeout: 300_000 },
    async (family) => {
      const counts: Record<Outcome['kind'], number> = {
        right: 0,
        'failed-too': 0,
        refused: 0,
        wrong: 0,
      };
      const wrong: string[] = [];
      const refused: string[] = [];
      const limits = new Map<string, string>();
      const answers = readAnswers(family);
      for (const recorded of answers) {
        const answer = expectedAnswer(recorded);
        const outcome = await judge(warehouse.connection, answer);
        counts[outcome.kind]++;
        if (outcome.kind === 'wrong') wrong.push(describeOutcome(answer, outcome));
        if (outcome.kind === 'refused' && answer.error === undefined) {
          refused.push(describeOutcome(answer, outcome));
          if (outcome.limit !== undefined) limits.set(answer.expr, outcome.limit);
        }
      }
      wrong.push(...compareLimits(answers, limits));
      if (verbose) {
        const lines = [
          `${family}: ${JSON.stringify(counts)}, ${refused.length} refused though Trino answers`,
          ...wrong.map((line) => `  WRONG ${line}`),
          ...refused.map((line) => `  REFUSED ${line}`),
        ];
        process.stdout.write(`${lines.join('\n')}\n`);
      }
      expect(wrong.map((line) => `\n${line}`).join('')).toBe('');
    },
  );
});
