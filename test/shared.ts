import { afterAll, expect } from "vitest";

/** The state that test files in one process could change for each other, by name. */
function state(): Map<string, unknown> {
  const world = globalThis as { [key: string | symbol]: any };
  const { env } = process;
  const own = Object.keys(env).filter((name) => !name.startsWith("TF_")); // the library sets those
  return new Map<string, unknown>([
    ...own.map((name) => [name, env[name]] as const),
    // TensorFlow is loaded when a test first needs it.
    ["TensorFlow.js's backend", world._tfengine?.backendName ?? "tensorflow"],
    ["the working folder", process.cwd()],
    ["the display's host", world[Symbol.for("Jupyter.host")]],
  ]);
}

const before = state();

// Runs after the file's own clean-up.
afterAll(() => {
  const after = state();
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const changed = names.filter((name) => before.get(name) !== after.get(name));
  const hint = "put it back after the tests, or list the file under `own` in vitest.config.ts";
  expect(changed, hint).toEqual([]);
});
