import { defineConfig } from 'vitest/config';

/** The Trino tier: `npm run test:trino`. One Trino serves one local Athena at a time, so files run one after the other. */
export default defineConfig({
  test: {
    name: 'trino',
    include: [
      'e2e/trino/**/*.test.ts',
      // Written for every engine: here Athena's is Trino.
      'e2e/athena-lakehouse.test.ts',
      'e2e/athena-incremental.test.ts',
      'e2e/athena-concurrency.test.ts',
      'e2e/athena-operations.test.ts',
      'e2e/athena-regressions.test.ts',
      'e2e/incremental.test.ts',
      'e2e/snapshots.test.ts',
      'e2e/snapshots-like-dbt.test.ts',
      'e2e/external-tables.test.ts',
      'e2e/seeds.test.ts',
      'e2e/microbatch.test.ts',
      'e2e/same-on-each-engine.test.ts',
      'e2e/contracts.test.ts',
      'e2e/clone.test.ts',
    ],
    setupFiles: ['scripts/trino/note-memory.mjs'],
    // Statements take tenths of a second each, and several times that while others work on the machine.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    fileParallelism: false,
  },
});
