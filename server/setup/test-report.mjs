// What the JSON reports of the test programs say: counts, and which tests failed with what.

import { basename } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** Counts of a vitest report. A file that could not even be loaded holds no test: it counts as one failure. */
export function countVitest(report) {
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed'),
  );
  const failedTests = report.testResults.flatMap((file) =>
    file.assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => blame(file.name, fullName, failureMessages[0])),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
    blames: [...failedTests, ...brokenFiles.map(({ name, message }) => blame(name, 'does not load', message))],
  };
}

/**
 * Counts of a Playwright report. Errors outside any test (a file that does not load) are failures; what passed at the
 * second try has passed, and is named.
 */
export function countPlaywright(report) {
  const { expected, unexpected, flaky, skipped } = report.stats;
  const errors = report.errors ?? [];
  const specs = report.suites.flatMap(specsWithin);
  const blamesOf = (wanted) =>
    specs.flatMap(({ file, title, tests }) =>
      tests
        .filter(({ status }) => status === wanted)
        .map(({ results }) => blame(file, title, results.find(({ error }) => error)?.error.message)),
    );
  return {
    passed: expected + flaky,
    failed: unexpected + errors.length,
    skipped,
    blames: [...blamesOf('unexpected'), ...errors.map(({ message }) => blame('', 'outside of tests', message))],
    flaky: blamesOf('flaky'),
  };
}

function specsWithin(suite) {
  return [...suite.specs, ...(suite.suites ?? []).flatMap(specsWithin)];
}

/** One line of at most 300 characters on a failed test: its file, its title, the first words of its error. */
function blame(file, title, message = '') {
  const words = stripVTControlCharacters(message).replaceAll(/\s+/g, ' ').trim();
  return `${basename(file)} › ${title}: ${words}`.slice(0, 300);
}

/** The verdict on one suite: its counts, mended so that a silent failure is none. */
export function judge(counts, code) {
  if (counts === null) return { passed: 0, failed: 1, skipped: 0, blames: [], note: 'it left no report' };
  if (counts.passed + counts.failed === 0) return { ...counts, failed: 1, note: 'it ran no test' };
  if (code !== 0 && counts.failed === 0) return { ...counts, failed: 1, note: `it ended with code ${code}` };
  return { ...counts, note: '' };
}

/** The last line: `N passed, N failed`, and skipped ones when there are any. */
export function lastLine(verdicts) {
  const sum = (name) => verdicts.reduce((total, verdict) => total + verdict[name], 0);
  const skipped = sum('skipped');
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}
