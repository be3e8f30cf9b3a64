import {
  aggregateExpressions,
  frameExpressions,
  orderExpressions,
  windowExpressions,
} from './aggregates.mjs';
import { distinct, spread } from './arguments.mjs';
import { castExpressions } from './casts.mjs';
import { nestedExpressions } from './nested.mjs';
import { operatorExpressions } from './operators.mjs';
import { scalarExpressions } from './scalar.mjs';

const writers = {
  scalar: ({ name, signatures }) => scalarExpressions(name, signatures),
  syntax: ({ name, signatures }) =>
    signatures === undefined ? [] : scalarExpressions(name, signatures),
  aggregate: ({ name }) => spread(aggregateExpressions(name), 15),
  window: ({ name }) => spread(windowExpressions(name), 10),
  absent: () => [],
};

/**
 * Returns the expressions that are made from the signatures of functions and the edge values of types, by family. The same each
 * time. `functions` is what functions.json holds.
 */
export function generateExpressions(functions) {
  const families = new Map();
  for (const listed of functions) {
    // Edge values of geometries are written by hand.
    if (['other', 'geospatial'].includes(listed.family) || listed.kind === undefined) continue;
    const found = writers[listed.kind](listed);
    families.set(listed.family, [...(families.get(listed.family) ?? []), ...found]);
  }
  families.set('casts', spread(castExpressions(), 600));
  families.set('operators', spread(operatorExpressions(), 900));
  families.set('frames', spread(frameExpressions(), 40));
  families.set('orders', spread(orderExpressions(), 200));
  families.set('nested', nestedExpressions(functions, { seed: 1, count: 300 }));
  return new Map([...families].map(([family, list]) => [family, distinct(list)]));
}
