/**
 * Times the exported C of the digits CNN against LiteRT's reference kernels, one thread, both in turn:
 * `node test/bench/c.mjs PYTHON` after a build, with a Python that has ai-edge-litert 2.3.0, and a C compiler (`$CC`, or
 * cc). The aim is less time than LiteRT's. Without PYTHON it prints the C's time alone.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as q from "../../dist/index.js";

const rounds = 7;
const runs = 2000;

const { train, test } = await q.datasets.digits();
const float = q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 7 });
const scheme = q.scheme({ weights: q.int(8, { per: "channel" }), activations: q.uint(8) });
const calibration = train.take(128);
const quantized = await q.quantize(float, scheme, { calibration });
const model = q.convert(quantized, { calibration, kernel: "tflite-reference" });

const folder = mkdtempSync(join(tmpdir(), "c-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
q.export.c(model, join(folder, "net"), { name: "net" });
const image = test.take(1).xs;
const pixels = [...image.dataSync()];
writeFileSync(
  join(folder, "time.c"),
  `#include <stdio.h>
#include <time.h>
#include "net/net.h"

static const float image[64] = {${pixels.map((value) => `${value.toFixed(8)}f`).join(", ")}};

int main(void) {
  float logits[10];
  double best = 1e9;
  for (int round = 0; round < 10; round++) {
    const clock_t start = clock();
    for (int i = 0; i < ${runs}; i++) net_run_float(image, logits);
    const double time = (double)(clock() - start) / CLOCKS_PER_SEC / ${runs};
    if (time < best) best = time;
  }
  printf("%.9f", best * 1e6);
  for (int i = 0; i < 10; i++) printf(" %.9g", logits[i]);
  return 0;
}
`,
);
const files = [join(folder, "time.c"), join(folder, "net", "net.c")];
const program = join(folder, "time");
const compiled = spawnSync(process.env.CC ?? "cc", ["-O2", "-std=c99", ...files, "-o", program], {
  stdio: "inherit",
});
if (compiled.status !== 0) throw new Error("the C doesn't compile");

const script = `
import sys, time, numpy
from ai_edge_litert.interpreter import Interpreter, OpResolverType
runner = Interpreter(sys.argv[1], experimental_op_resolver_type=OpResolverType.BUILTIN_REF, num_threads=1)
runner.allocate_tensors()
image = numpy.array([${pixels.join(",")}], "float32").reshape(1, 8, 8, 1)
runner.set_tensor(runner.get_input_details()[0]["index"], image)
best = 1e9
for _ in range(${runs}):
    start = time.perf_counter()
    runner.invoke()
    best = min(best, time.perf_counter() - start)
print(best * 1e6, *runner.get_tensor(runner.get_output_details()[0]["index"]).ravel())
`;

/** A program's time in µs, and the logits. @param {string} command @param {string[]} args */
function timed(command, args) {
  const { stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  const [time, ...logits] = stdout.trim().split(" ").map(Number);
  if (time === undefined || logits.length !== 10) throw new Error(stderr);
  return { time, logits };
}

const python = process.argv[2];
if (python) {
  const file = join(folder, "net.tflite");
  await q.export.tflite(model, file);
  let [ours, theirs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let equal = true;
  for (let round = 0; round < rounds; round++) {
    const [here, there] = [timed(program, []), timed(python, ["-c", script, file])];
    ours = Math.min(ours, here.time);
    theirs = Math.min(theirs, there.time);
    equal &&= here.logits.every((value, i) => Math.abs(value - (there.logits[i] ?? NaN)) < 1e-5);
  }
  const ratio = ours / theirs;
  console.log(`C ${ours.toFixed(1)} µs, LiteRT's reference kernels ${theirs.toFixed(1)} µs`);
  console.log(`ratio ${ratio.toFixed(2)} (aim below 1), outputs ${equal ? "equal" : "differ"}`);
  process.exitCode = ratio < 1 && equal ? 0 : 1;
} else console.log(`C ${timed(program, []).time.toFixed(1)} µs`);
