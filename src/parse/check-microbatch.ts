import { errorDiagnostic, warningDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import { isMicrobatch, parseTime } from '../core/event-time.js';
import type { ModelNode } from '../core/node.js';
import { locateModelConfig } from './locate-model-config.js';
import type { DescribedModel } from './model-entries.js';

const needed = {
  event_time: "the column that says when a row happened: event_time: 'created_at'",
  begin: "the first moment that the model has rows of: begin: '2024-01-01'",
  batch_size: 'how long a batch is: batch_size: day',
} as const;

/** Keys that only microbatch models read. */
const ownKeys = ['begin', 'batch_size', 'lookback', 'concurrent_batches'] as const;

/**
 * Returns what a microbatch model's configuration lacks, or has without effect. Diagnostics: `materialization-invalid`, and as a
 * warning `config-conflict`.
 */
export function checkMicrobatch(
  model: ModelNode,
  described: DescribedModel | undefined,
): readonly Diagnostic[] {
  const { extra, unique_key: uniqueKey } = model.config;
  const locate = (key: string) => locateModelConfig(model, described, key);
  const warn = (key: string, message: string, hint: string): Diagnostic =>
    warningDiagnostic('config-conflict', message, { location: locate(key), hint });
  if (!isMicrobatch(model.config)) {
    return ownKeys
      .filter((key) => extra[key] != null && Object.hasOwn(model.unrenderedConfig, key))
      .filter((key) => locate(key).line !== undefined)
      .map((key) =>
        warn(
          key,
          `'${key}' of model '${model.name}' has no effect, because it is not built in batches`,
          'add materialized: incremental and incremental_strategy: microbatch, or remove it',
        ),
      );
  }
  const problems: Diagnostic[] = Object.entries(needed)
    .filter(([key]) => extra[key] == null)
    .map(([key, what]) =>
      errorDiagnostic(
        'materialization-invalid',
        `microbatch model '${model.name}' has no '${key}'`,
        {
          location: locate('incremental_strategy'),
          hint: `add ${what}`,
        },
      ),
    );
  const { begin } = extra;
  if (typeof begin === 'string' && parseTime(begin) === undefined) {
    problems.push(
      errorDiagnostic(
        'materialization-invalid',
        `expected a date or time in 'begin' of microbatch model '${model.name}', found '${begin}'`,
        { location: locate('begin'), hint: 'such as 2024-01-01 or 2024-01-01T06:00:00, in UTC' },
      ),
    );
  }
  if (uniqueKey.length > 0) {
    const hint = 'remove it, or use the strategy merge';
    const message = `'unique_key' of microbatch model '${model.name}' has no effect: each batch replaces the rows of its time`;
    problems.push(warn('unique_key', message, hint));
  }
  if (extra['concurrent_batches'] === true) {
    const message = `the batches of model '${model.name}' run one after another in spite of 'concurrent_batches'`;
    problems.push(
      warn('concurrent_batches', message, 'remove it; threads build other models meanwhile'),
    );
  }
  return problems;
}
