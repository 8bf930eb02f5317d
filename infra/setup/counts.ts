/** How many tests passed, failed and were skipped. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** A program that is one test: passed if it exited 0. `null` (ended by a signal, or never started) is a failure. */
export function ofExit(status: number | null): Counts {
  return status === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

/**
 * Counts in a report of vitest's `json` reporter. A file that failed without a failed test (it did not
 * load, a hook of it threw) counts as one failure, and so does a run that exited non-zero for a reason
 * that no test shows (an unhandled rejection) or that left no report.
 */
export function countsOf(report: unknown, status: number | null): Counts {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for (const file of filesOf(report)) {
    const states = file.assertionResults.map((test) => test.status);
    const failedHere = states.filter((state) => state === 'failed').length;
    passed += states.filter((state) => state === 'passed').length;
    failed += failedHere === 0 && file.status === 'failed' ? 1 : failedHere;
    skipped += states.filter((state) => state !== 'passed' && state !== 'failed').length;
  }
  return { passed, failed: failed === 0 && status !== 0 ? 1 : failed, skipped };
}

interface FileReport {
  readonly name?: string;
  readonly status: string;
  /** What kept the file from loading, or a hook of it from ending. */
  readonly message?: string;
  readonly assertionResults: readonly {
    readonly status: string;
    readonly fullName?: string;
    readonly failureMessages?: readonly string[];
  }[];
}

/** One line a failure of such a report: file, test, and the first line of what it said. */
export function failuresOf(report: unknown): readonly string[] {
  return filesOf(report).flatMap(({ name = '', status, message = '', assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    const lines = failed.map(
      ({ fullName = '', failureMessages = [] }) =>
        `${name}: ${fullName}: ${firstLine(failureMessages[0] ?? '')}`,
    );
    return lines.length === 0 && status === 'failed' ? [`${name}: ${firstLine(message)}`] : lines;
  });
}

const firstLine = (text: string): string => text.split('\n', 1)[0] as string;

function filesOf(report: unknown): readonly FileReport[] {
  return (report as { testResults?: readonly FileReport[] } | undefined)?.testResults ?? [];
}

/** The counts of several runs added up. */
export function sum(all: readonly Counts[]): Counts {
  return all.reduce(
    (a, b) => ({
      passed: a.passed + b.passed,
      failed: a.failed + b.failed,
      skipped: a.skipped + b.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/** `N passed, N failed`, and `, N skipped` where tests were. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  const line = `${passed} passed, ${failed} failed`;
  return skipped > 0 ? `${line}, ${skipped} skipped` : line;
}

/** True if tests ran and none failed. */
export function isGreen({ passed, failed }: Counts): boolean {
  return passed > 0 && failed === 0;
}
