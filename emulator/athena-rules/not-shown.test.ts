import { describe, it } from 'vitest';

/** Rules that nothing here can keep or break. */
const outside: readonly (readonly [rule: string, why: string])[] = [
  [
    '1.1 transient errors move RUNNING back to QUEUED',
    'no statement here meets a transient error of itself; tests set such faults (failQuery)',
  ],
  ['1.1 the default of MaxAgeInMinutes is 60', 'no client of the project leaves it out'],
  ['1.1 DpuCount', 'only workgroups with reserved capacity have it, which the local Athena lacks'],
  [
    '1.2 rows and columns have at most 32 MB',
    'a limit of size that takes gigabytes to show; models that come near it are no case of the project',
  ],
  [
    '1.2 stored procedures',
    'CALL is refused with the unsupported DDL; there is no way to make one',
  ],
  [
    '1.3 ORDER BY in a CTAS is ignored',
    'no reader can tell: tables have no order; that it is taken is a case',
  ],
  [
    '1.3 INSERT into federated tables',
    'there are no federated catalogs here; a name in one is not found',
  ],
  [
    '1.3 a Hive CTAS without rows has no readable columns',
    'one observation, in no documentation; the local Athena makes a table of no rows, and the project writes none whose columns depend on it',
  ],
  [
    '1.4 Iceberg library 1.4.2, merge-on-read',
    'row changes are written by copying files (ADR 7): readers see the same rows',
  ],
  [
    '1.4 DDL on Iceberg tables that Lake Formation has registered',
    'registering places with Lake Formation is not emulated; the project publishes by UpdateTable and never by DDL of the published table',
  ],
  [
    '1.4 DROP of an Iceberg table runs into a timeout of 60 s',
    'reported, not documented; the project drops nothing by statement',
  ],
  [
    '1.4 S3 Tables',
    'no such catalog can be registered with the local Athena; the project refuses them',
  ],
  [
    '1.5 changes of a type need the table anew in most cases',
    'advice, no rule: the catalog takes every type, and reading decides, which the case about partitions shows',
  ],
  [
    '1.5 a file that is removed or replaced during a query fails it',
    'a statement reads the objects that are there when it begins; nothing is read later',
  ],
  [
    '1.5 not sourced: multi-statement input, CREATE OR REPLACE TABLE, a second table of a name, timeouts',
    'refused all the same, with texts that say where they come from; no case compares them',
  ],
];

describe('not shown', () => {
  it.skip.each(outside)('%s: %s', () => undefined);
});

/** Rules that take too many files to be shown twice. */
const elsewhere: readonly (readonly [rule: string, test: string])[] = [
  [
    '1.4 OPTIMIZE does 100 partitions, then fails with ICEBERG_OPTIMIZE_MORE_RUNS_NEEDED',
    'emulator/iceberg/maintenance.test.ts, "does 100 partitions, then asks for another run"',
  ],
];
describe('shown elsewhere', () => {
  it.skip.each(elsewhere)('%s: %s', () => undefined);
});
