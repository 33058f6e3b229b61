import { defineConfig } from "vitest/config";

/** The quick tests: everything that needs neither a browser, a Jupyter nor a fresh clone. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    pool: "forks",
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
