import { describe, expect, it } from 'vitest';
import { didYouMean, suggest } from './suggest.js';

describe('suggest', () => {
  it.each([
    ['customer_landng', ['customer_landing', 'step_trainer_landing'], 'customer_landing'],
    ['Customer_Landing', ['customer_landing'], 'customer_landing'],
    ['x', ['customer_landing'], undefined],
    ['x', [], undefined],
  ])('%s among %j is %s', (name, candidates, expected) => {
    expect(suggest(name, candidates)).toBe(expected);
  });

  it('falls back to another hint', () => {
    expect(didYouMean('zzz', ['customer'], 'run ls')).toBe('run ls');
  });
});
