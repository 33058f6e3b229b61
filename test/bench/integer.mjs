/**
 * Times the integer engine on a network like MobileNetV2 0.35 for images of 96×96 pixels against LiteRT's reference
 * kernels, one thread, both in turn: `node test/bench/integer.mjs PYTHON` after a build, with a Python that has
 * ai-edge-litert 2.3.0. The aim is at most ten times LiteRT's time. Without PYTHON it prints the engine's time of each
 * kind of op.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { programFile } from "../../dist/export/tflite/program/translate.js";
import { writeFile } from "../../dist/export/tflite/write.js";
import { createEngine } from "../../dist/integer/engine/index.js";
import { mobileNet } from "./integer/mobileNet.mjs";

const aim = 10;
const rounds = 7;
const program = mobileNet("tflite-reference");
const size = 96 * 96 * 3;
const image = Int8Array.from({ length: size }, (_, i) => ((i * 37) % 256) - 128);

/** The least time in ms of some runs. @param {() => void} run @param {number} count */
function least(run, count) {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

/** The engine's time for each kind of op, by programs of one kind each. */
function kinds() {
  /** @type {Map<string, number>} */
  const times = new Map();
  for (const [i, op] of program.ops.entries()) {
    const pointwise = op.type === "conv2d" && program.tensors[op.inputs[1] ?? 0]?.shape[1] === 1;
    const kind = pointwise ? "conv2d 1×1" : op.type;
    const inputs = op.inputs.filter((input) => !program.tensors[input]?.codes);
    const part = { ...program, ops: [op], inputs, outputs: [op.output] };
    const engine = createEngine(part);
    const codes = inputs.map((input) => {
      const shape = program.tensors[input]?.shape ?? [];
      return new Int8Array(shape.reduce((a, b) => a * b, 1)).fill(i);
    });
    times.set(kind, (times.get(kind) ?? 0) + least(() => void engine.run(codes), 15));
  }
  return times;
}

const script = `
import sys, time, numpy
from ai_edge_litert.interpreter import Interpreter, OpResolverType
runner = Interpreter(sys.argv[1], experimental_op_resolver_type=OpResolverType.BUILTIN_REF, num_threads=1)
runner.allocate_tensors()
image = ((numpy.arange(${size}) * 37) % 256 - 128).astype("int8").reshape(1, 96, 96, 3)
runner.set_tensor(runner.get_input_details()[0]["index"], image)
best = 1e9
for _ in range(20):
    start = time.perf_counter()
    runner.invoke()
    best = min(best, time.perf_counter() - start)
print(best * 1000, *runner.get_tensor(runner.get_output_details()[0]["index"]).ravel())
`;

const engine = createEngine(program);
const run = () => engine.run([image])[0];
least(run, 10);

const python = process.argv[2];
if (python) {
  const folder = mkdtempSync(join(tmpdir(), "integer-"));
  const file = join(folder, "net.tflite");
  writeFileSync(file, writeFile(programFile(program, { mode: "int8", float: false, batch: 1 })));
  let [ours, theirs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let equal = true;
  for (let round = 0; round < rounds; round++) {
    ours = Math.min(ours, least(run, 10));
    const { stdout, stderr } = spawnSync(python, ["-c", script, file], { encoding: "utf8" });
    const [time, ...codes] = stdout.trim().split(" ").map(Number);
    if (time === undefined || codes.length === 0) throw new Error(stderr);
    theirs = Math.min(theirs, time);
    equal &&= codes.join() === [...(run() ?? [])].join();
  }
  rmSync(folder, { recursive: true });
  const ratio = ours / theirs;
  console.log(`engine ${ours.toFixed(1)} ms, LiteRT's reference kernels ${theirs.toFixed(1)} ms`);
  console.log(
    `ratio ${ratio.toFixed(1)} (aim at most ${aim}), codes ${equal ? "equal" : "differ"}`,
  );
  process.exitCode = ratio <= aim && equal ? 0 : 1;
} else {
  for (const [kind, time] of kinds()) console.log(`${kind}: ${time.toFixed(2)} ms`);
  console.log(`all: ${least(run, 20).toFixed(1)} ms`);
}
