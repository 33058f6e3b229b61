import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as q from "../../../src/index.js";
import { digits, trainedCnn, whole } from "../../fixtures/index.js";
import { kernels } from "../../integer/kernelCases.js";
import { compile, compiler, runCompiled, withoutCompiler } from "./compiler.js";

const slow = { tags: "slow" };
const int8 = q.scheme({ weights: q.int(8, { per: "channel" }), activations: q.uint(8) });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "qatlab-c-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function integerDigits(options: q.ConvertOptions = {}): Promise<q.IntegerModel> {
  const { train } = await digits();
  const calibration = train.take(64);
  return q.convert(await q.quantize(await trainedCnn(), int8, { calibration }), options);
}

/** A program that reads a float example from its arguments' place in the source, and prints the outputs' bits. */
const floatMain = (examples: readonly number[][], name: string) => `#include <stdio.h>
#include <string.h>
#include "${name}.h"
static const float inputs[${examples.length}][${examples[0]!.length}] = {
${examples.map((example) => `{${example.map((x) => `${Math.fround(x).toExponential(9)}f`).join(",")}}`).join(",\n")}};
int main(void) {
  for (int i = 0; i < ${examples.length}; i++) {
    float outputs[10];
    ${name}_run_float(inputs[i], outputs);
    for (int c = 0; c < 10; c++) {
      unsigned int bits;
      memcpy(&bits, &outputs[c], 4);
      printf("%u ", bits);
    }
  }
  return 0;
}
`;

describe.skipIf(!compiler)(`the digits' network in C${withoutCompiler}`, () => {
  it("has the engine's codes on test images", slow, async () => {
    const { test } = await digits();
    const model = await integerDigits();
    const examples = whole ? test.xs : test.xs.slice(0, 24);
    const { files } = q.export.c(model, folder, { examples });
    const sources = files.filter((file) => file.endsWith(".c"));
    expect(compile(folder, sources)).toEqual({ status: 0, output: "" });
    const count = examples.shape[0];
    expect(runCompiled(folder)).toEqual({
      status: 0,
      output: `depthwise_cnn: ${count} of ${count} examples passed\n`,
    });
  });

  it.each(kernels)(
    "takes and gives the values of predict, to the last bit, of %s",
    slow,
    async (kernel) => {
      const { train, test } = await digits();
      const model = await integerDigits({ kernel, calibration: train.take(64) });
      const { name } = q.export.c(model, folder);
      const random = test.xs.slice(0, 4);
      // Values at the middle between two codes, and outside of the range.
      const { scale, zeroPoint } = model.program.tensors[model.program.inputs[0]!]!;
      const halves = Array.from({ length: 64 }, (_, i) => (i - 32.5 - zeroPoint[0]!) * scale[0]!);
      const examples = [
        ...(random.reshape([4, 64]).arraySync() as number[][]),
        halves,
        Array(64).fill(1e9),
      ];
      writeFileSync(join(folder, "floats.c"), floatMain(examples, name));
      // Contraction and another precision must not change a code.
      const flags = ["-O2", "-ffp-contract=fast"];
      expect(compile(folder, [`${name}.c`, "floats.c"], flags)).toEqual({ status: 0, output: "" });
      const { output } = runCompiled(folder);
      const bits = Uint32Array.from(output.trim().split(" "), Number);
      const expected = q.tf.tidy(() =>
        (model.predict(q.tf.tensor(examples.flat(), [6, 8, 8, 1])) as q.tf.Tensor).dataSync(),
      );
      expect(new Float32Array(bits.buffer)).toEqual(expected);
    },
  );
});
