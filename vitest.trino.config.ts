import { defineConfig } from 'vitest/config';

/** The Trino tier: `npm run test:trino`. One Trino serves one local Athena at a time, so files run one after the other. */
export default defineConfig({
  test: {
    name: 'trino',
    include: ['e2e/trino/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
});
