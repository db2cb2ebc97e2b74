// What the JSON reports of the test programs say, as counts.

/** Counts of a vitest report. A file that could not even be loaded holds no test: it counts as one failure. */
export function countVitest(report) {
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  };
}

/** Counts of a Playwright report. Errors outside any test (a file that does not load) are failures. */
export function countPlaywright(report) {
  const { expected, unexpected, flaky, skipped } = report.stats;
  return { passed: expected, failed: unexpected + flaky + (report.errors ?? []).length, skipped };
}

/** The verdict on one suite: its counts, mended so that a silent failure is none. */
export function judge(counts, code) {
  if (counts === null) return { passed: 0, failed: 1, skipped: 0, note: 'it left no report' };
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
