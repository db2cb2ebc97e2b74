import { defineConfig } from '@playwright/test';
import { findChromium } from './server/setup/browser.mjs';

const chromium = findChromium(process.env);

/** `npm run test:long` */
const long = ['corpus', 'every-screen', 'languages', 'large', 'looks', 'running', 'screens'].map(
  (name) => `**/e2e/${name}.spec.ts`,
);

/** A machine that does other things as well may be late once; what passes at the second try is named in the summary. */
const retries = process.env['CI'] === undefined ? 0 : 1;

/**
 * Journeys on the real server. Files run two at a time, tests of one file one after the other: each file starts servers and
 * kernels of its own, and mostly waits for them. Faults run alone: they count what is lost.
 */
export default defineConfig({
  testDir: 'e2e',
  projects: [
    {
      name: 'journeys',
      testIgnore: ['**/bench/**', '**/faults/**', '**/engines/**', ...long],
      outputDir: 'test-results/journeys',
      retries,
    },
    // What takes minutes: many notebooks, every screen, several languages.
    { name: 'long', testMatch: long, outputDir: 'test-results/long', retries },
    // Engines that `npm run test:engines` has installed; one at a time, since each wants the memory.
    {
      name: 'engines',
      workers: 1,
      testMatch: '**/engines/**/*.spec.ts',
      outputDir: 'test-results/engines',
      retries,
    },
    // Processes are killed and stopped: apart, since they mostly wait.
    { name: 'faults', workers: 1, testMatch: '**/faults/**/*.spec.ts', outputDir: 'test-results/faults' },
  ],
  workers: 2,
  fullyParallel: false,
  retries: 0,
  forbidOnly: process.env['CI'] !== undefined,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  use: {
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      ...(chromium === null ? {} : { executablePath: chromium }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
