/**
 * Every benchmark, on a machine that does nothing else: `npm run bench`, or `npm run bench -- kernel cells`
 * for some of them. None is part of the tests: a time is no test.
 */
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createContext, venvPython } from "../../scripts/setup/context.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const node = process.execPath;
const python = venvPython(createContext());
const bench = (/** @type {string} */ file) => join(root, "test", "bench", file);
const lesson = join(root, "notebooks", "06-does-qat-recover.ipynb");

/** @type {Record<string, string[]>} */
const benches = {
  kernel: [python, bench("kernel.py")],
  session: [python, bench("session.py")],
  kernels: [python, bench("kernels.py")],
  cells: [node, bench("cells.mjs")],
  board: [node, bench("board.mjs")],
  step: [node, bench("step.mjs")],
  cpu: [node, bench("cpu.mjs")],
  adaround: [node, bench("adaround.mjs")],
  calibration: [node, bench("calibration.mjs")],
  fakeQuantize: [node, bench("fakeQuantize.mjs")],
  integer: [node, bench("integer.mjs")],
  robustness: [node, bench("robustness.mjs")],
  c: [node, bench("c.mjs")],
  // As published: five seeds, and five more at one setting.
  lesson: [
    ...[node, join(root, "scripts", "qatlab.mjs"), "run", lesson],
    ...["--out", join(tmpdir(), "qatlab-bench-lesson")],
  ],
  setup: [node, bench("setup.mjs")],
};

const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(benches);
for (const name of chosen) {
  const command = benches[name];
  if (!command) {
    console.error(`no such bench: ${name} (expected ${Object.keys(benches).join(", ")})`);
    process.exit(2);
  }
  console.log(`\n== ${name}`);
  const { status } = spawnSync(command[0], command.slice(1), { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
