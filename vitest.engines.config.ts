import { defineConfig } from 'vitest/config';

/** Adapters against the real things (`npm run test:engines`): one file after the other, since each starts servers of its own. */
export default defineConfig({
  test: {
    include: ['server/**/*.engine.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 180_000,
    fileParallelism: false,
  },
});
