import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";

const slow = "test/**/*.slow.test.ts";

/**
 * Quick tests that need a process of their own. All others share one per worker, with TensorFlow
 * loaded once; test/shared.ts sees to it that they leave it as they found it.
 */
const own = [
  "test/**/cpu.test.ts", // ask for another backend before the library is loaded
  "test/setup/*.test.ts", // set-up's modules, replaced and loaded anew
  "test/display/format.test.ts", // prints promises, which show it when async_hooks are in use
  "test/export/readers.test.ts", // writes the names that layers get, which are counted from one
];

const quick = { testTimeout: 30_000, hookTimeout: 30_000 };

/**
 * `quick` is the inner loop: it needs neither a browser, nor a Jupyter, nor a fresh clone. `slow`
 * (files named `*.slow.test.ts`) sets clones up, packs the package, trains, and compiles many cells.
 */
export default defineConfig({
  test: {
    pool: "forks",
    // Each has a TensorFlow in memory.
    maxWorkers: Math.min(4, availableParallelism()),
    projects: [
      {
        extends: true,
        test: {
          name: "quick (own process)",
          include: own,
          exclude: [...configDefaults.exclude, slow],
          ...quick,
        },
      },
      {
        extends: true,
        test: {
          name: "quick",
          include: ["test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, slow, ...own],
          isolate: false,
          setupFiles: ["test/shared.ts"],
          sequence: { groupOrder: 1 },
          ...quick,
        },
      },
      {
        extends: true,
        test: {
          name: "slow",
          include: [slow],
          testTimeout: 400_000,
          hookTimeout: 400_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
