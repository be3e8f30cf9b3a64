import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  compareLimits,
  describeOutcome,
  judge,
  listGeneratedFamilies,
  openTestWarehouse,
  readGeneratedAnswers,
  type RecordedAnswer,
  type TestWarehouse,
} from '../testing/trino-answers.js';
import { expectedAnswer } from '../testing/order-of-rows.js';

/**
 * `TRINO_FAMILY=math` runs one family. `TRINO_ANSWERS=folder` takes answers from another place: `npm run test:trino -- --explore`
 * does.
 */
const chosen = process.env['TRINO_FAMILY']?.split(',');
const folder = process.env['TRINO_ANSWERS'];
const families = listGeneratedFamilies(folder).filter((family) => chosen?.includes(family) ?? true);

describe('recorded answers of Trino over the edge values of types', () => {
  let warehouse: TestWarehouse;
  beforeAll(async () => {
    warehouse = await openTestWarehouse();
  });
  afterAll(() => {
    warehouse.connection.closeSync();
  });

  it.each(families)(
    '%s: the same value of the same type, an error where Trino fails, or a refusal by name',
    { timeout: folder === undefined ? 300_000 : 3_600_000 },
    async (family) => {
      const unexpected: string[] = [];
      const limits = new Map<string, string>();
      const answers = readGeneratedAnswers(family, folder);
      for (const recorded of answers) {
        const answer = expectedAnswer(recorded);
        const outcome = await judge(warehouse.connection, answer);
        if (outcome.kind === 'right' && hasOtherType(answer, outcome.type)) {
          unexpected.push(
            `${answer.expr}\n      expected ${answer.type ?? ''}, found ${outcome.type ?? ''}`,
          );
        }
        if (outcome.kind === 'refused' && outcome.limit !== undefined) {
          limits.set(answer.expr, outcome.limit);
        }
        if (outcome.kind === 'wrong') {
          unexpected.push(describeOutcome(answer, outcome));
        }
      }
      if (folder === undefined) unexpected.push(...compareLimits(answers, limits));
      expect(unexpected.map((line) => `\n${line}`).join('')).toBe('');
    },
  );
});

/** The type that the translation gives to a right value must be Trino's. It may not know one, nor the length of a text. */
function hasOtherType({ type = '' }: RecordedAnswer, found: string | undefined): boolean {
  if (found === undefined || /\bany\b/.test(found)) return false;
  const isRough = /varchar(?!\()/.test(found);
  const withoutLength = (name: string): string =>
    isRough ? name.replace(/varchar\(\d+\)/g, 'varchar') : name;
  return withoutLength(found) !== withoutLength(type);
}
