import { configDefaults, defineConfig } from "vitest/config";

/**
 * `quick` is the inner loop: it needs neither a browser, nor a Jupyter, nor a fresh clone. `slow`
 * (files named `*.slow.test.ts`) sets clones up, packs the package, trains, and compiles many cells.
 */
export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: "100%",
    projects: [
      {
        extends: true,
        test: {
          name: "quick",
          include: ["test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, "test/**/*.slow.test.ts"],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: "slow",
          include: ["test/**/*.slow.test.ts"],
          testTimeout: 400_000,
          hookTimeout: 400_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
