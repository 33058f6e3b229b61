import { availableParallelism } from "node:os";
import { defaultServerConditions } from "vite";
import { configDefaults, defineConfig } from "vitest/config";

const slow = "test/**/*.slow.test.ts";

/** Quick tests on tfjs's cpu backend, for which they ask before the library is loaded. */
const cpu = "test/**/cpu.test.ts";

/**
 * Quick tests that need a process of their own. All others share one per worker, with TensorFlow
 * loaded once; test/shared.ts sees to it that they leave it as they found it.
 */
const own = [
  "test/tensorflow/cpu.test.ts", // collects what the library says while it is loaded
  "test/setup/sessionConfig.test.ts", // counts the graphs that TensorFlow holds
  "test/setup/order.test.ts", // replaces set-up's modules, as the next one does
  "test/setup/bindingPatch.test.ts", // replaces set-up's modules and loads them anew
  "test/display/format.test.ts", // prints promises, which show it when async_hooks are in use
];

const quick = { testTimeout: 30_000, hookTimeout: 30_000 };

/**
 * `quick` is the inner loop: it needs neither a browser, nor a Jupyter, nor a fresh clone. A test there that
 * trains, or takes more than some 100 ms for another reason, says `{ tags: "slow" }` behind its title:
 * `npm run test:quick` leaves it out, `npm test` runs it, and so does vitest when it is given the file. `slow`
 * (files named `*.slow.test.ts`) sets clones up, packs the package, trains long, and compiles many cells.
 */
export default defineConfig({
  // "#door/…" means files of src/, not those of the last build (package.json, "imports").
  ssr: { resolve: { conditions: ["qatlab-source", ...defaultServerConditions] } },
  test: {
    pool: "forks",
    tags: [{ name: "slow", description: "is left out by `npm run test:quick`", timeout: 60_000 }],
    // A test that solves an exercise puts no tick into the developer's own map of the course.
    env: { QATLAB_PROGRESS: "off" },
    // What TypeScript became is kept on disk from one run to the next.
    experimental: { fsModuleCache: true },
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
          name: "quick (cpu)",
          include: [cpu],
          exclude: [...configDefaults.exclude, ...own],
          isolate: false,
          ...quick,
        },
      },
      {
        extends: true,
        test: {
          name: "quick",
          include: ["test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, slow, cpu, ...own],
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
