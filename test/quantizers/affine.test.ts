import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  affine,
  codes,
  coveringRange,
  fakeQuantize,
  int,
  uint,
} from "../../src/quantizers/index.js";
import { tf } from "../../src/tensorflow/index.js";

const formats = fc
  .record({
    kind: fc.constantFrom("int", "uint"),
    bits: fc.integer({ min: 2, max: 8 }),
    narrowRange: fc.boolean(),
    symmetric: fc.boolean(),
  })
  .map(({ kind, bits, symmetric, ...options }) =>
    kind === "int" ? int(bits, { ...options, symmetric }) : uint(bits, options),
  );
const ends = fc.tuple(
  fc.float({ min: -100, max: Math.fround(-0.01), noNaN: true }),
  fc.float({ min: Math.fround(0.01), max: 100, noNaN: true }),
);

describe("affine", () => {
  it("gives 0 a code of its own, and codes that reach both ends", () => {
    fc.assert(
      fc.property(formats, ends, (format, [low, high]) => {
        const range = coveringRange(format, { min: low, max: high });
        const { scale, zeroPoint, min, max } = affine(format, range);
        const [s, z] = [scale[0]!, zeroPoint[0]!];
        expect(z).toBeGreaterThanOrEqual(format.smallest);
        expect(z).toBeLessThanOrEqual(format.largest);
        if (format.symmetric) expect(z).toBe(0);
        expect(min[0]).toBe(Math.fround((format.smallest - z) * s) + 0);
        expect(max[0]).toBe(Math.fround((format.largest - z) * s) + 0);
        // Nudging moves the ends by less than a step.
        expect(min[0]! - s / 2 - 1e-4 * s).toBeLessThanOrEqual(low);
        expect(max[0]! + s / 2 + 1e-4 * s).toBeGreaterThanOrEqual(high);
      }),
    );
  });

  it("is value = scale · (code − zero point) for every value that fakeQuantize returns", {
    tags: "slow",
  }, () => {
    fc.assert(
      fc.property(formats, ends, (format, [low, high]) => {
        tf.tidy(() => {
          const range = coveringRange(format, { min: low, max: high });
          const { scale, zeroPoint, min, max } = affine(format, range);
          const x = tf.linspace(min[0]! * 1.2, max[0]! * 1.2, 101);
          const values = fakeQuantize(x, format, range).dataSync();
          const integers = codes(x, format, range).dataSync();
          integers.forEach((code, i) => {
            expect(code).toBeGreaterThanOrEqual(format.smallest);
            expect(code).toBeLessThanOrEqual(format.largest);
            expect(values[i]! + 0).toBe(Math.fround((code - zeroPoint[0]!) * scale[0]!) + 0);
          });
          expect(integers[0]).toBe(format.smallest);
          expect(integers[100]).toBe(format.largest);
        });
      }),
      { numRuns: 60 },
    );
  });
});

describe("fakeQuantize", () => {
  it("rounds halves up and clips, as in a table worked by hand", () => {
    const range = { min: 0, max: 3 };
    const x = [-1, 0.4, 0.5, 1.5, 2.4, 9];
    expect([...fakeQuantize(x, uint(2), range).dataSync()]).toEqual([0, 0, 1, 2, 2, 3]);
    const signed = { min: -2, max: 1 };
    const y = [-9, -1.5, -0.5, 0.49, 0.5, 9];
    expect([...fakeQuantize(y, int(2), signed).dataSync()]).toEqual([-2, -1, 0, 0, 1, 1]);
    expect([...codes(y, int(2), signed).dataSync()]).toEqual([-2, -1, 0, 0, 1, 1]);
  });

  it("has one bit too: 0 and 1, or −1 and 0", () => {
    expect([...fakeQuantize([-1, 0.4, 0.5, 3], uint(1), { min: 0, max: 1 }).dataSync()]).toEqual([
      0, 0, 1, 1,
    ]);
    expect([...fakeQuantize([-1, -0.4, 3], int(1), { min: -1, max: 0 }).dataSync()]).toEqual([
      -1, 0, 0,
    ]);
  });

  it("treats each channel of a depthwise kernel, [height, width, channels, multiplier], by itself", () => {
    const kernel = tf.randomUniform([3, 3, 4, 2], -1, 1, "float32", 1);
    const max = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
    const range = { min: max.map((value) => -value), max };
    const format = int(3, { narrowRange: true, per: "channel" });
    const whole = fakeQuantize(kernel, format, range);
    expect(whole.shape).toEqual([3, 3, 4, 2]);
    for (const [channel, end] of max.entries()) {
      const start = [0, 0, channel >> 1, channel % 2];
      const own = fakeQuantize(kernel.slice(start, [3, 3, 1, 1]), format, {
        min: [-end],
        max: [end],
      });
      expect(own.dataSync()).toEqual(whole.slice(start, [3, 3, 1, 1]).dataSync());
    }
    expect(() => fakeQuantize(kernel, format, { min: [-1, -1, -1], max: [1, 1, 1] })).toThrow(
      "invalid range: 3 channels for a tensor of shape [3,3,4,2]",
    );
  });

  it("passes gradients inside the range, ends included, and stops them outside", () => {
    const gradient = tf.grad((x) => fakeQuantize(x, uint(2), { min: 0, max: 3 }).sum());
    expect([...gradient(tf.tensor([-0.1, 0, 1.3, 3, 3.1])).dataSync()]).toEqual([0, 1, 1, 1, 0]);
  });
});
