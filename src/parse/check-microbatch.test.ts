import { describe, expect, it } from 'vitest';
import type { JsonValue, ModelNode } from '../core/node.js';
import { modelNode } from '../core/testing/nodes.js';
import { checkMicrobatch } from './check-microbatch.js';

function modelWith(
  extra: Readonly<Record<string, JsonValue>>,
  changes: Partial<ModelNode['config']> = {},
): ModelNode {
  const model = modelNode('m', { materialized: 'incremental' });
  const written = Object.keys(extra).map((key) => `${key}=1`);
  return {
    ...model,
    rawSql: `{{ config(${written.join(', ')}) }} select 1`,
    unrenderedConfig: extra,
    config: { ...model.config, incremental_strategy: 'microbatch', ...changes, extra },
  };
}

const complete = { event_time: 'at', begin: '2024-01-01', batch_size: 'day' };
const saidOf = (model: ModelNode): readonly string[] =>
  checkMicrobatch(model, undefined).map(({ severity, message }) => `${severity}: ${message}`);

describe('checkMicrobatch', () => {
  it('is content with what a model needs', () => {
    expect(saidOf(modelWith(complete))).toEqual([]);
  });

  it('names each key that is missing', () => {
    expect(saidOf(modelWith({}))).toEqual([
      "error: microbatch model 'm' has no 'event_time'",
      "error: microbatch model 'm' has no 'begin'",
      "error: microbatch model 'm' has no 'batch_size'",
    ]);
  });

  it('refuses a begin that is no time, at its place', () => {
    const [problem] = checkMicrobatch(modelWith({ ...complete, begin: 'May' }), undefined);
    expect(problem).toMatchObject({
      message: "expected a date or time in 'begin' of microbatch model 'm', found 'May'",
      location: { line: 1, column: 25 },
    });
  });

  it('warns of keys without effect', () => {
    const model = modelWith({ ...complete, concurrent_batches: true }, { unique_key: ['id'] });
    expect(saidOf(model)).toEqual([
      "warning: 'unique_key' of microbatch model 'm' has no effect: each batch replaces the rows of its time",
      "warning: the batches of model 'm' run one after another in spite of 'concurrent_batches'",
    ]);
    expect(saidOf(modelWith(complete, { incremental_strategy: 'append' }))).toEqual([
      "warning: 'begin' of model 'm' has no effect, because it is not built in batches",
      "warning: 'batch_size' of model 'm' has no effect, because it is not built in batches",
    ]);
  });
});
