import { expect, test } from 'vitest';
import { countPlaywright, countVitest, judge, lastLine } from './test-report.mjs';

test('counts a vitest report, a file that did not load as one failure, and says which failed with what', () => {
  const report = {
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 1,
    testResults: [
      {
        name: '/a/b/sum.test.ts',
        status: 'failed',
        message: '',
        assertionResults: [
          { status: 'failed', fullName: 'adds', failureMessages: ['\u001b[31m1 is not\n   2\u001b[39m'] },
        ],
      },
      { name: '/a/b/far.test.ts', status: 'failed', message: 'no such module', assertionResults: [] },
      {
        name: '/a/b/near.test.ts',
        status: 'passed',
        message: '',
        assertionResults: [{ status: 'passed', fullName: 'is near', failureMessages: [] }],
      },
    ],
  };
  expect(countVitest(report)).toEqual({
    passed: 3,
    failed: 2,
    skipped: 3,
    blames: ['sum.test.ts › adds: 1 is not 2', 'far.test.ts › does not load: no such module'],
  });
});

test('counts a Playwright report, errors outside of tests as failures, and says which failed with what', () => {
  const passed = { status: 'expected', results: [{}] };
  const failed = { status: 'unexpected', results: [{ error: { message: 'timed out\nwaiting' } }] };
  const late = { status: 'flaky', results: [{ error: { message: 'too late' } }, {}] };
  const report = {
    suites: [
      {
        specs: [],
        suites: [
          {
            specs: [
              { file: 'e2e/queue.spec.ts', title: 'is held', tests: [failed] },
              { file: 'e2e/queue.spec.ts', title: 'goes on', tests: [passed] },
              { file: 'e2e/drag.spec.ts', title: 'is dropped', tests: [late] },
            ],
          },
        ],
      },
    ],
    stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 2 },
    errors: [{ message: 'no such file' }],
  };
  expect(countPlaywright(report)).toEqual({
    passed: 5,
    failed: 2,
    skipped: 2,
    blames: ['queue.spec.ts › is held: timed out waiting', ' › outside of tests: no such file'],
    flaky: ['drag.spec.ts › is dropped: too late'],
  });
});

test('what it says of a failed test stays one short line', () => {
  const failed = { status: 'unexpected', results: [{ error: { message: 'x'.repeat(9_000) } }] };
  const report = {
    suites: [{ specs: [{ file: 'a.spec.ts', title: 'long', tests: [failed] }] }],
    stats: { expected: 0, unexpected: 1, flaky: 0, skipped: 0 },
  };
  expect(countPlaywright(report).blames.map(({ length }) => length)).toEqual([300]);
});

test.each([
  [null, 0, { failed: 1, note: 'it left no report' }],
  [{ passed: 0, failed: 0, skipped: 0, blames: [] }, 0, { failed: 1, note: 'it ran no test' }],
  [{ passed: 5, failed: 0, skipped: 0, blames: [] }, 1, { failed: 1, note: 'it ended with code 1' }],
  [{ passed: 5, failed: 0, skipped: 0, blames: [] }, 0, { passed: 5, failed: 0, note: '' }],
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
