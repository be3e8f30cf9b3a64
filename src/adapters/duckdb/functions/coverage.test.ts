import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listGeneratedFamilies, readAnswers } from '../testing/trino-answers.js';
import { calledFunctions } from './called-functions.js';
import { functionFamilies } from './index.js';

/** So few recorded expressions are too few to claim a function. */
const fewest = 4;

const fixtures = new URL('../../../../fixtures/trino-functions/', import.meta.url);
const written = readdirSync(fixtures)
  .filter((name) => name.endsWith('.json') && name !== 'functions.json')
  .map((name) => name.replace('.json', ''));

/** Every recorded expression: what it calls, and whether a null is in it. */
const recorded = [...written, ...listGeneratedFamilies().map((name) => `generated/${name}`)]
  .flatMap((family) => readAnswers(family))
  .map(({ expr }) => ({
    calls: calledFunctions(expr),
    hasNull: /\bnull\b/i.test(expr.replace(/'(?:[^']|'')*'/g, "''")),
  }));

const claimed = functionFamilies.flatMap(({ rules }) =>
  Object.keys(rules).filter((name) => rules[name]?.kind !== 'refuse'),
);

/** Functions without arguments, of columns, or whose value is another each time: a null does not come into them. */
const withoutNull = new Set(
  `pi e nan infinity rand random uuid now current_date current_timestamp current_timezone localtime localtimestamp
  row_number rank dense_rank percent_rank cume_dist grouping`.split(/\s+/),
);

/** Functions without arguments need fewer. */
const constants = new Set('pi e nan infinity uuid now rand random current_timezone'.split(' '));

describe('the recorded expressions', () => {
  it('are enough for every function that is translated', () => {
    const few = claimed
      .filter((name) => !constants.has(name))
      .map((name) => ({ name, count: recorded.filter(({ calls }) => calls.has(name)).length }))
      .filter(({ count }) => count < fewest)
      .map(({ name, count }) => `${name}: ${count}`);
    expect(few).toEqual([]);
  });

  it('give a null to every function that takes arguments', () => {
    const without = claimed.filter(
      (name) =>
        !withoutNull.has(name) &&
        !recorded.some(({ calls, hasNull }) => hasNull && calls.has(name)),
    );
    expect(without).toEqual([]);
  });
});
