import { describe, expect, it } from 'vitest';
import { createSuggester, didYouMean, suggest } from './suggest.js';

describe('suggest', () => {
  it.each([
    ['customer_landng', ['customer_landing', 'step_trainer_landing'], 'customer_landing'],
    ['Customer_Landing', ['customer_landing'], 'customer_landing'],
    ['paht', ['type', 'path'], 'path'],
    ['ab', ['cd'], undefined],
    ['x', ['customer_landing'], undefined],
    ['x', [], undefined],
  ])('%s among %j is %s', (name, candidates, expected) => {
    expect(suggest(name, candidates)).toBe(expected);
  });

  it('falls back to another hint', () => {
    expect(didYouMean('zzz', ['customer'], 'run ls')).toBe('run ls');
  });
});

describe('createSuggester', () => {
  it('gives the hints of didYouMean', () => {
    const hintFor = createSuggester(['customer']);
    expect(hintFor('custmer')).toBe("did you mean 'customer'?");
    expect(hintFor('custmer', 'run ls')).toBe("did you mean 'customer'?");
    expect(hintFor('zzz', 'run ls')).toBe('run ls');
    expect(hintFor('zzz')).toBeUndefined();
  });

  it('stops searching after a hundred names', () => {
    const hintFor = createSuggester(['customer']);
    for (let index = 0; index < 100; index += 1) hintFor(`zzz${index}`);
    expect(hintFor('custmer', 'run ls')).toBe('run ls');
  });
});
