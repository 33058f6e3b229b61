import { afterAll, expect } from "vitest";

/** What test files that share a process could change under each other's feet. */
function state() {
  const { _tfengine: engine } = globalThis as { _tfengine?: { backendName?: string } };
  const set = Object.entries(process.env).filter(([name]) => !name.startsWith("TF_")); // the library's own
  return {
    backend: engine?.backendName ?? "tensorflow", // which is loaded when a test first needs it
    environment: Object.fromEntries(set),
    folder: process.cwd(),
  };
}

const before = state();

// Runs after the file's own clean-up.
afterAll(() => {
  const hint = "put it back after the tests, or list the file under `own` in vitest.config.ts";
  expect(state(), hint).toEqual(before);
});
