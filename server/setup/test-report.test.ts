import { expect, test } from 'vitest';
import { countPlaywright, countVitest, judge, lastLine } from './test-report.mjs';

test('counts a vitest report, a file that did not load as one failure', () => {
  const report = {
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 1,
    testResults: [
      { status: 'failed', assertionResults: [{ status: 'failed' }] },
      { status: 'failed', assertionResults: [] },
      { status: 'passed', assertionResults: [{ status: 'passed' }] },
    ],
  };
  expect(countVitest(report)).toEqual({ passed: 3, failed: 2, skipped: 3 });
});

test('counts a Playwright report, errors outside of tests as failures', () => {
  const report = { stats: { expected: 4, unexpected: 1, flaky: 0, skipped: 2 }, errors: [{ message: 'no such file' }] };
  expect(countPlaywright(report)).toEqual({ passed: 4, failed: 2, skipped: 2 });
});

test.each([
  [null, 0, { failed: 1, note: 'it left no report' }],
  [{ passed: 0, failed: 0, skipped: 0 }, 0, { failed: 1, note: 'it ran no test' }],
  [{ passed: 5, failed: 0, skipped: 0 }, 1, { failed: 1, note: 'it ended with code 1' }],
  [{ passed: 5, failed: 0, skipped: 0 }, 0, { passed: 5, failed: 0, note: '' }],
])('judges %j with code %i', (counts, code, expected) => {
  expect(judge(counts, code)).toMatchObject(expected);
});

test('the last line names skipped tests only when there are some', () => {
  expect(
    lastLine([
      { passed: 1, failed: 0, skipped: 0 },
      { passed: 2, failed: 1, skipped: 0 },
    ]),
  ).toBe('3 passed, 1 failed');
  expect(lastLine([{ passed: 1, failed: 0, skipped: 4 }])).toBe('1 passed, 0 failed, 4 skipped');
  expect(lastLine([])).toBe('0 passed, 0 failed');
});
