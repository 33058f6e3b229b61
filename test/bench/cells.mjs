/**
 * Measures the cost of cells: `node test/bench/cells.mjs [folder]` after a build. Prints the compiler's time
 * for cells of several kinds, and a top-level loop as a ratio to the same loop in a function.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const repository = new URL("../..", import.meta.url).pathname;
const started = performance.now();
const { createCompiler } = await import("../../dist/kernel/compiler/index.js");
const { nodeDisk } = await import("../../dist/kernel/compiler/disk.node.js");
const { createRuntime, noInterrupt } = await import("../../dist/kernel/cell/index.js");
const loaded = performance.now() - started;

/** @param {number[]} values */
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * A notebook in `cwd` whose cells return the times of their compilation and their run, in ms.
 *
 * @param {string} cwd
 */
function notebook(cwd) {
  const compiler = createCompiler({ cwd, language: "typescript", disk: nodeDisk, warm: false });
  const runtime = createRuntime({ cwd, language: "typescript" });
  let count = 0;
  return async (/** @type {string} */ source) => {
    const start = performance.now();
    const result = compiler.compile(source, ++count);
    const compiled = performance.now();
    if (!result.ok) throw new Error(result.failure.evalue);
    const outcome = await new Promise((settle) =>
      runtime.run(result.cell, settle, () => noInterrupt),
    );
    if (outcome.status === "error") throw outcome.error;
    return { compile: compiled - start, run: performance.now() - compiled, value: outcome.value };
  };
}

/**
 * @param {ReturnType<typeof notebook>} cell
 * @param {(i: number) => string} source
 * @param {number} times
 */
async function repeat(cell, source, times) {
  const compile = [];
  const run = [];
  for (let i = 0; i < times; i++) {
    const took = await cell(source(i));
    compile.push(took.compile);
    run.push(took.run);
  }
  return { compile: median(compile), run: median(run) };
}

/** @param {number} value */
const ms = (value) => `${value.toFixed(1)} ms`;
const folder = mkdtempSync(join(tmpdir(), "qatlab-bench-"));
try {
  console.log(`loading the compiler: ${ms(loaded)}`);
  const cell = notebook(process.argv[2] ?? folder);
  console.log(`first cell with types: ${ms((await cell("const first = 1; first + 1")).compile)}`);
  console.log(`1+1: ${ms((await repeat(cell, () => "1+1", 50)).compile)}`);
  const later = await repeat(cell, (i) => `const n${i} = ${i} + first; n${i}.toFixed(1)`, 50);
  console.log(`a cell with types: ${ms(later.compile)}`);

  const loop = "let s = 0; for (let i = 0; i < 20_000_000; i++) s += i; s";
  const inFunction = `(() => { ${loop.replace(/s$/, "return s;")} })()`;
  // Taken by turns, best of each: the machine's other work falls on both.
  const top = { run: Number.POSITIVE_INFINITY };
  const nested = { run: Number.POSITIVE_INFINITY };
  for (let i = 0; i < 15; i++) {
    top.run = Math.min(top.run, (await cell(`${loop} // ${i}`)).run);
    nested.run = Math.min(nested.run, (await cell(`${inFunction} // ${i}`)).run);
  }
  console.log(
    `20 M additions: top level ${ms(top.run)}, in a function ${ms(nested.run)}, ratio ${(top.run / nested.run).toFixed(2)} (at most 1.5)`,
  );
  await cell("const floats = new Float64Array(2_000_000).fill(0.5); let total = 0;");
  const sum = await repeat(cell, () => "total = 0; for (const x of floats) total += x; total", 9);
  console.log(`2 M floats, summed in a later cell: ${ms(sum.run)}`);
  await cell("let shared = 0; const look = () => shared;");
  const boxed = await repeat(cell, () => "for (let i = 0; i < 20_000_000; i++) shared += i;", 9);
  console.log(
    `20 M additions to a captured variable: ${ms(boxed.run)}, ratio ${(boxed.run / nested.run).toFixed(2)}`,
  );

  const tensors = notebook(repository);
  const first = await tensors('import * as tf from "@tensorflow/tfjs-node"; tf.version.tfjs');
  console.log(`import of tfjs-node: check ${ms(first.compile)}, load ${ms(first.run)}`);
  await tensors(
    "const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3] })] });",
  );
  const typed = await repeat(
    tensors,
    (i) => `const y${i} = (model.predict(tf.zeros([2, 3])) as tf.Tensor).add(${i}); y${i}.shape`,
    20,
  );
  console.log(`a cell on tfjs: compile ${ms(typed.compile)} (overhead at most 100 ms)`);
  console.log(`memory: ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
