import type { RenderBindings } from '../../core/template.js';
import { dictOf } from './dicts.js';
import type { Globals } from './run.js';
import { temporalValue } from './temporal.js';
import { isDict, type Value } from './values.js';

function momentOf(ms: number): Value {
  return temporalValue({ type: 'datetime', micros: BigInt(ms) * 1000n, utc: true });
}

/** Returns the names of a template whose `model.batch` has dbt's `id`, `event_time_start` and `event_time_end`. */
export function withBatch(
  globals: Globals,
  { id, window }: NonNullable<RenderBindings['batch']>,
): Globals {
  return {
    ...globals,
    get(name, run) {
      const value = globals.get(name, run);
      if (name !== 'model' || value === undefined || !isDict(value)) return value;
      const batch = dictOf(
        [
          ['id', id],
          ['event_time_start', momentOf(window.start)],
          ['event_time_end', momentOf(window.end)],
        ],
        run,
      );
      const own = [...value.entries.values()].map(({ key, value: each }) => [key, each] as const);
      return dictOf([...own, ['batch', batch]], run);
    },
  };
}
