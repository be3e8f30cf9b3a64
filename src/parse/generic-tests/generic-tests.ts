import { acceptedValues } from './accepted-values.js';
import type { GenericTest } from './generic-test.js';
import { notNull } from './not-null.js';
import { relationships } from './relationships.js';
import { unique } from './unique.js';

/** dbt's generic tests, by name. Source: https://docs.getdbt.com/reference/resource-properties/data-tests */
export const genericTests: ReadonlyMap<string, GenericTest> = new Map(
  [notNull, unique, acceptedValues, relationships].map((test) => [test.name, test]),
);
