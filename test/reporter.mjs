import { createTagsFilter } from "@vitest/runner/utils";

/**
 * Ends vitest's report with what every suite ends with: which tests failed and why, why tests were skipped, and the
 * line `N passed, N failed, N skipped`.
 */
export default class SumReporter {
  /** @type {(tags: string[]) => boolean} Whether a test with these tags was asked for. */
  #asked = () => true;

  /** @param {import("vitest/node").Vitest} vitest */
  onInit({ config }) {
    if (config.tagsFilter) this.#asked = createTagsFilter(config.tagsFilter, config.tags);
  }

  /**
   * @param {ReadonlyArray<import("vitest/node").TestModule>} modules
   * @param {ReadonlyArray<unknown>} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const sum = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      if (module.errors().length > 0) {
        sum.failed++; // a file that doesn't load has no tests
        process.stdout.write(
          `failed: ${module.relativeModuleId} can't be loaded, or cleans up badly\n`,
        );
      }
      for (const test of module.children.allTests()) {
        if (!this.#asked(test.tags)) continue;
        const result = test.result();
        if (result.state === "pending") sum.failed++;
        else sum[result.state]++;
        if (result.state === "failed" || result.state === "pending") {
          const [reason = ""] = result.errors?.[0]?.message.split("\n") ?? [];
          process.stdout.write(
            `failed: ${module.relativeModuleId} > ${test.fullName}${reason && `: ${reason}`}\n`,
          );
        }
        if (result.state === "skipped") {
          process.stdout.write(`skipped: ${test.fullName} (${result.note ?? "no reason given"})\n`);
        }
      }
    }
    process.stdout.write(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped\n`);
  }
}
