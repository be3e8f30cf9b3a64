import { describe, expect, it } from 'vitest';
import { statementToken } from './statement-token.js';

describe('statementToken', () => {
  const identity = { invocationId: 'run-1', node: 'model.stedi.orders', ordinal: 1 };

  it('is the same for the same statement and attempt, and of a length that Athena takes', () => {
    expect(statementToken(identity, 1)).toBe(statementToken({ ...identity }, 1));
    expect(statementToken(identity, 1)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('differs for everything else', () => {
    const tokens = [
      statementToken(identity, 1),
      statementToken(identity, 2),
      statementToken({ ...identity, ordinal: 2 }, 1),
      statementToken({ ...identity, node: 'model.stedi.customers' }, 1),
      statementToken({ ...identity, invocationId: 'run-2' }, 1),
      // What is joined could be cut in two ways.
      statementToken({ invocationId: 'run-1model', node: '.stedi.orders', ordinal: 1 }, 1),
    ];
    expect(new Set(tokens).size).toBe(tokens.length);
  });
});
