import { afterEach, describe, expect, it, vi } from "vitest";
import * as q from "../../src/index.js";
import { createEngine } from "../../src/integer/index.js";
import { generator } from "../fixtures/generator.js";
import { cnn, hill, randomize } from "../fixtures/index.js";

const int8 = q.scheme({ weights: q.int(8, { per: "channel" }), activations: q.uint(8) });

afterEach(() => {
  vi.restoreAllMocks();
});

/** A small convolutional network's integers, by the arithmetic of a kernel, and codes of one example. */
async function programFor(kernel: q.KernelName) {
  const xs = hill([8, 8, 8, 1], generator(4));
  const prepared = await q.quantize(randomize(cnn(), 3), int8, { calibration: { xs } });
  const { program } = q.convert(prepared, { kernel });
  const codes = Int16Array.from({ length: 64 }, (_, i) => ((i * 37) % 256) - 128);
  return { program, codes };
}

describe("between the input's codes and the output's", () => {
  it("TensorFlow Lite's convolutions have no float operation, and every number is whole", async () => {
    const { program, codes } = await programFor("tflite-reference");
    const engine = createEngine(program, { accumulators: true });
    const rounded = vi.spyOn(Math, "fround");
    engine.run([codes]);
    // The last layer is dense, and its output are its sums: nothing is left to multiply.
    expect(rounded).not.toHaveBeenCalled();
    for (const [i, op] of program.ops.entries()) {
      const numbers = [...engine.codes(op.output), ...(engine.accumulators(i) ?? [])];
      expect(numbers.every(Number.isInteger), op.layer).toBe(true);
    }
  });

  it("XNNPACK has its float32 multiplication alone, once for each code that a sum becomes", async () => {
    const { program, codes } = await programFor("xnnpack");
    const engine = createEngine(program);
    const rounded = vi.spyOn(Math, "fround");
    engine.run([codes]);
    const made = program.ops
      .filter(({ type, output }) => /conv/i.test(type) && program.tensors[output]!.type === "int8")
      .reduce((sum, { output }) => sum + engine.codes(output).length, 0);
    // The sum as float32, its product with the multiplier, and the addition that rounds it.
    expect(rounded).toHaveBeenCalledTimes(3 * made);
  });

  it("the multipliers of TensorFlow Lite's kernels are whole numbers and shifts", async () => {
    const { program, codes } = await programFor("tflite-optimized");
    const integer = createEngine(program, { accumulators: true });
    integer.run([codes]);
    const [first] = program.ops;
    const [x, weights] = first!.inputs.map((i) => program.tensors[i]!);
    const output = program.tensors[first!.output]!;
    const channels = output.shape.at(-1)!;
    const sums = integer.accumulators(0)!;
    for (const [i, code] of integer.codes(first!.output).entries()) {
      const scale = weights!.scale[i % channels]!;
      const [mantissa, exponent] = frexp((x!.scale[0]! * scale) / output.scale[0]!);
      const multiplier = BigInt(Math.round(mantissa * 2 ** 31));
      // gemmlowp's doubling high multiply, then a shift that rounds halves up.
      const high = (BigInt(sums[i]!) * multiplier + (1n << 30n)) >> 31n;
      const shifted = (high + (1n << BigInt(-exponent - 1))) >> BigInt(-exponent);
      const clamped = Math.min(
        127,
        Math.max(output.zeroPoint[0]!, Number(shifted) + output.zeroPoint[0]!),
      );
      expect(code).toBe(clamped);
    }
  });
});

/** A number as a mantissa from ½ to 1, and a power of two. */
function frexp(x: number): [number, number] {
  const exponent = Math.floor(Math.log2(x)) + 1;
  return [x / 2 ** exponent, exponent];
}
