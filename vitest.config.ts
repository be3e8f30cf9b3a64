import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Vitest would keep a core for itself, which of two leaves one; but tests wait for the processes that they start.
    maxWorkers: Math.max(2, availableParallelism()),
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'emulator/**/*.test.ts'],
          // Far more than any takes: a machine may be busy with other things.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Modules hold no state, so that files share what is loaded: loading takes longer than most tests.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          // Those need a Trino: `npm run test:trino`.
          exclude: ['e2e/trino/**'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
