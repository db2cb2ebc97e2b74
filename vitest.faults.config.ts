import { defineConfig } from 'vitest/config';

/** The faults that need no browser. Most of their time is waiting: two files at a time. */
export default defineConfig({
  test: {
    include: ['e2e/faults/*.{test,fault}.ts'],
    setupFiles: ['lib/core/render/katex-typesetter.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
