/**
 * Ends vitest's report with what every suite ends with: why tests were skipped, and the line
 * `N passed, N failed, N skipped`.
 */
export default class SumReporter {
  /**
   * @param {ReadonlyArray<import("vitest/node").TestModule>} modules
   * @param {ReadonlyArray<unknown>} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const sum = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      if (module.errors().length > 0) sum.failed++; // a file that doesn't load has no tests
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === "pending") sum.failed++;
        else sum[result.state]++;
        if (result.state === "skipped") {
          process.stdout.write(`skipped: ${test.fullName} (${result.note ?? "no reason given"})\n`);
        }
      }
    }
    process.stdout.write(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped\n`);
  }
}
