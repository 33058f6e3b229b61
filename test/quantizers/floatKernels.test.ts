import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { withoutKernels } from "../../src/tensorflow/kernels/library.js";
import { opsOf } from "../tensorflow/compile/native/trace.js";
import { addon, bytesOf, onEachMachine } from "../tensorflow/kernels/values.js";

const { tf } = q;
const formats: q.Format[] = [
  q.fp8("e4m3"),
  q.fp8("e5m2", { saturate: false }),
  q.fp8("e4m3", { saturate: false, per: "channel" }),
  q.fp6("e2m3", { per: "tensor" }),
  q.fp6("e3m2", { per: "token" }),
  q.fp4("e2m1", { per: "group", groupSize: 4, axis: -1 }),
  q.fp4("e2m1", { per: "group", groupSize: 3 }),
  q.bfloat16(),
  q.float16(),
  q.minifloat(8, 2, { bias: 127 }),
  q.minifloat(3, 0),
  q.mxfp8("e4m3", { groupSize: 3 }),
  q.mxfp8("e5m2", { groupSize: 4, axis: -1 }),
  q.mxfp6("e2m3", { groupSize: 6 }),
  q.mxfp4({ groupSize: 4, axis: -1 }),
  q.mxint8({ groupSize: 3 }),
  q.mxint8({ groupSize: 2, axis: -1 }),
];

/** Values of all sizes: whole ties of every format, both zeros, subnormal and enormous numbers, the formats' ends. */
function values(shape: number[], special = true) {
  const size = shape.reduce((product, length) => product * length, 1);
  const ends = [448, 464, 57344, 61440, 7.5, 7.75, 28, 30, 6, 7, 65504, 65520, 3.39e38];
  const others = [0, -0, 1e-40, -1e-40, 1.2e-38, 2 ** -126, 2 ** -133, 3.4e38, -1];
  const odd = special ? [Number.NaN, Infinity, -Infinity] : [];
  const all = Array.from({ length: size }, (_, i) => {
    const tie = (Math.floor(i / 7) % 64) / 16 + 1 / 32;
    const given = [...ends, ...others, ...odd];
    if (i % 5 === 0) return given[(i / 5) % given.length]! * (i % 2 ? -1 : 1);
    return tie * 2 ** ((i % 31) - 15) * (i % 3 ? 1 : -1);
  });
  return tf.tensor(all, shape);
}

function passes(format: q.Format, x: q.tf.Tensor, range?: { min: number[]; max: number[] }) {
  const round = (x: q.tf.Tensor) => q.fakeQuantize(x, format, range);
  const dy = tf.sin(tf.range(0, x.size)).reshape(x.shape);
  return () => [round(x), tf.grad(round)(x, dy)];
}

describe.runIf(addon)("the kernel of floating-point formats", () => {
  it.each(formats.map((format) => [String(format), format] as const))(
    "has the bits of the composed ops: %s",
    (_, format) => {
      tf.tidy(() => {
        for (const shape of [
          [12, 4],
          [5, 6, 12],
          [36, 28],
        ]) {
          for (const x of [values(shape), values(shape, false), values(shape, false).mul(1e-3)]) {
            const run = passes(format, x);
            const expected = withoutKernels(() => run().map(bytesOf));
            run().forEach((tensor, i) => {
              expect(bytesOf(tensor).equals(expected[i]!), `${shape}, ${i}`).toBe(true);
            });
          }
        }
      });
    },
  );

  it.each([
    [q.fp8("e4m3", { per: "channel" }), [7, 13], 13],
    [q.fp6("e2m3", { per: "token" }), [5, 3, 4], 15],
    [q.fp4("e2m1", { per: "group", groupSize: 2, axis: -1 }), [3, 6], 9],
    [q.fp4("e2m1", { per: "group", groupSize: 3 }), [6, 257], 514],
  ] as const)("takes ranges as the composed ops do: %s", (format, shape, count) => {
    tf.tidy(() => {
      const max = Array.from({ length: count }, (_, i) => 1 + (i % 9));
      const run = passes(format, values([...shape]), { min: max.map((end) => -end / 2), max });
      const expected = withoutKernels(() => run().map(bytesOf));
      run().forEach((tensor, i) => {
        expect(bytesOf(tensor).equals(expected[i]!), String(i)).toBe(true);
      });
    });
  });

  it("makes the same bits with all instructions and threads", () => {
    tf.tidy(() => {
      const x = values([36, 2100]);
      for (const format of [
        q.fp8(),
        q.mxfp4({ groupSize: 12 }),
        q.mxint8({ groupSize: 4, axis: -1 }),
      ]) {
        const run = () => bytesOf(q.fakeQuantize(x, format));
        const expected = run();
        onEachMachine((machine) => {
          expect(run().equals(expected), `${format}, ${machine}`).toBe(true);
        });
      }
    });
  });

  it("is one op for blocks, and not used where values are rounded by chance", () => {
    const x = values([12, 4]);
    const ops = (format: q.Format) => opsOf(() => q.fakeQuantize(x, format));
    const blocks = ops(q.mxfp8("e4m3", { groupSize: 4 }));
    expect(blocks.filter((name) => name !== "Reshape" && name !== "Fill")).toEqual([
      "QatlabMinifloat",
    ]);
    expect(ops(q.fp8("e4m3", { rounding: "stochastic" }))).not.toContain("QatlabMinifloat");
    expect(q.fakeQuantize(tf.zeros([0, 4]), q.fp8()).shape).toEqual([0, 4]);
  });
});
