import { defineConfig } from 'vitest/config';

/** The faults that need no browser. One file at a time: each starts servers, gateways and kernels of its own. */
export default defineConfig({
  test: {
    include: ['e2e/faults/*.{test,fault}.ts'],
    setupFiles: ['lib/core/render/katex-typesetter.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
