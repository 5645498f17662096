// Prints "<passed> passed, <failed> failed" for a report of vitest's JSON reporter. A report without any test, or
// without an end, counts as one failure: silence is not success.
import { readFileSync } from 'node:fs';

const [, , path] = process.argv;
const result = count(path);
process.stdout.write(`${result.passed} passed, ${result.failed} failed\n`);

function count(file) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    // A file that could not be loaded, or whose preparation failed, has no test that failed, but failed.
    const broken = report.testResults.filter(
      (ran) => ran.status === 'failed' && !ran.assertionResults.some(({ status }) => status === 'failed'),
    ).length;
    // Of a worker that was killed the reporter counts no failure: its tests were begun or waited, and never ended.
    const unfinished = report.testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === 'pending').length;
    const failed = report.numFailedTests + broken + unfinished;
    return {
      passed: report.numPassedTests,
      failed: report.numTotalTests === 0 ? Math.max(1, failed) : failed,
    };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
