// What the test runners report, as one total.

/** @typedef {{ passed: number, failed: number, skipped: number }} Totals */

/** One binary's closing line; doc tests print the same one. Filtered tests are somebody's choice, not skips. */
const cargoResult = /^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored;/;

/**
 * @param {string} line of what `cargo test` prints
 * @returns {Totals | undefined} undefined where the line is not a result
 */
export function cargoTotals(line) {
  const match = cargoResult.exec(line);
  if (match === null) return undefined;
  return { passed: Number(match[1]), failed: Number(match[2]), skipped: Number(match[3]) };
}

/**
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: { status: string, assertionResults: { status: string }[] }[] }} report of vitest's JSON reporter
 * @returns {Totals}
 */
export function vitestTotals(report) {
  // A file that throws while it loads has no failed test of its own, and is a failure all the same.
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** @param {Totals[]} parts @returns {Totals} */
export function sum(parts) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const part of parts) {
    total.passed += part.passed;
    total.failed += part.failed;
    total.skipped += part.skipped;
  }
  return total;
}

/** @param {Totals} totals */
export function render({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
