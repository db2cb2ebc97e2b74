import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{app,components,lib,server}/**/*.test.{ts,tsx}', 'e2e/{bench,faults}/*.test.ts'],
    // `npm run test:engines` runs them.
    exclude: [...configDefaults.exclude, '**/*.engine.test.ts'],
    // As on the server: formulas are typeset at once.
    setupFiles: ['lib/core/render/katex-typesetter.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
