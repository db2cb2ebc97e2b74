export type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number };
/** Counts of a suite, and one line on each test that failed. */
export type Outcome = Counts & { readonly blames: readonly string[] };
export type VitestReport = {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests?: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
};
export type PlaywrightSuite = {
  readonly specs: readonly {
    readonly file: string;
    readonly title: string;
    readonly tests: readonly {
      readonly status: string;
      readonly results: readonly { readonly error?: { readonly message?: string } }[];
    }[];
  }[];
  readonly suites?: readonly PlaywrightSuite[];
};
export type PlaywrightReport = {
  readonly suites: readonly PlaywrightSuite[];
  readonly stats: {
    readonly expected: number;
    readonly unexpected: number;
    readonly flaky: number;
    readonly skipped: number;
  };
  readonly errors?: readonly { readonly message?: string }[];
};
export function countVitest(report: VitestReport): Outcome;
/** `flaky`: one line on each test that passed at the second try. */
export function countPlaywright(report: PlaywrightReport): Outcome & { readonly flaky: readonly string[] };
export function judge(counts: Outcome | null, code: number): Outcome & { readonly note: string };
export function lastLine(verdicts: readonly Counts[]): string;
