import { hashKey } from './comparing.js';
import type { Run } from './run.js';
import type { DictValue, Value } from './values.js';

/** Returns a dict of the pairs; the last of equal keys wins, in the place of the first. */
export function dictOf(pairs: Iterable<readonly [Value, Value]>, run: Run): DictValue {
  const dict: DictValue = { kind: 'dict', entries: new Map() };
  for (const [key, value] of pairs) setEntry(dict, key, value, run);
  return dict;
}

/** Returns the value of a key; `undefined` if the dict does not have it. */
export function getEntry(dict: DictValue, key: Value, run: Run): Value | undefined {
  return dict.entries.get(hashKey(key, run))?.value;
}

/** Sets an entry in place; an equal key stays as it was written first. */
export function setEntry(dict: DictValue, key: Value, value: Value, run: Run): void {
  const hash = hashKey(key, run);
  const present = dict.entries.get(hash);
  if (present === undefined) run.budget.allocateItems(2);
  dict.entries.set(hash, { key: present?.key ?? key, value });
}
