import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { blockSize, rotateVector } from "../../src/ptq/rotate/hadamard.js";
import {
  data,
  denseNetwork,
  difference,
  digitsNetwork,
  throughFile,
} from "../fixtures/networks.js";

const { tf } = q;

/** Sylvester's matrix: −1 where the binary digits that row and column share are odd in number. */
function sylvester(row: number, column: number): number {
  let shared = row & column;
  let sign = 1;
  for (; shared > 0; shared &= shared - 1) sign = -sign;
  return sign;
}

describe("a Hadamard rotation", () => {
  it("is Sylvester's matrix over √n, block by block", () => {
    for (const n of [1, 2, 8, 12, 20]) {
      const block = blockSize(n);
      for (let row = 0; row < n; row++) {
        const unit = new Float64Array(n);
        unit[row] = 1;
        rotateVector(unit, new Float32Array(n).fill(1));
        unit.forEach((value, column) => {
          const same = Math.floor(row / block) === Math.floor(column / block);
          const entry = same ? sylvester(row % block, column % block) / Math.sqrt(block) : 0;
          expect(value).toBeCloseTo(entry, 12);
        });
      }
    }
  });

  it("is the same as a layer, with signs", () => {
    const x = [3, -1, 2, 5, 0, 1, 1, -4, 2, 2, -3, 1];
    const signs = Float32Array.from(x, (_, i) => (i % 3 === 1 ? -1 : 1));
    const layer = new q.ptq.Rotation({});
    const model = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [12] }), layer] });
    layer.setWeights([tf.tensor1d(signs)]);
    const expected = Float64Array.from(x);
    rotateVector(expected, signs);
    const given = (model.predict(tf.tensor2d([x])) as q.tf.Tensor).dataSync();
    expected.forEach((value, i) => {
      expect(given[i]).toBeCloseTo(value, 5);
    });
  });
});

describe("rotate", () => {
  it("rotates two dense layers into each other, without a layer more", () => {
    const model = denseNetwork([tf.layers.dropout({ rate: 0.5 })], { units: [8, 12, 3] });
    const rotated = q.ptq.rotate(model);
    expect(rotated.layers.map(({ name }) => name)).toEqual(
      model.layers.map(({ name }) => name).toSpliced(0, 0, rotated.layers[0]!.name),
    );
    expect(difference(model, rotated, data([8]).xs)).toBeLessThan(1e-5);
    const kernel = (of: q.tf.LayersModel) => [...of.getLayer("second").getWeights()[0]!.dataSync()];
    expect(kernel(rotated)).not.toEqual(kernel(model));
  });

  it("puts rotations before convolutions and dense layers when asked to", async () => {
    const model = digitsNetwork(2);
    const rotated = q.ptq.rotate(model, { online: true, seed: 3 });
    const names = rotated.layers.filter((layer) => layer.getClassName() === "Rotation");
    expect(names.map(({ name }) => name)).toEqual(["pointwise_rotation", "logits_rotation"]);
    const { xs } = data([8, 8, 1]);
    expect(difference(model, rotated, xs)).toBeLessThan(1e-5);
    expect(difference(rotated, await throughFile(rotated), xs)).toBe(0);
  });

  it("has activations quantized after the rotation, not before it", { tags: "slow" }, async () => {
    const rotated = q.ptq.rotate(digitsNetwork(2), { online: true });
    const scheme = q.scheme({ activations: q.int(4, { symmetric: false }) });
    const prepared = await q.prepare(rotated, scheme, { calibration: data([8, 8, 1]) });
    const quantized = prepared.layers.flatMap((layer) =>
      layer instanceof q.QuantizedLayer && layer.activationFormat ? [layer.name] : [],
    );
    expect(quantized.slice(1)).toEqual(["conv_relu", "pointwise_rotation", "logits_rotation"]);
  });

  it("spreads one outlier over all channels", () => {
    const x = new Float64Array(64);
    x[17] = 8;
    rotateVector(x, new Float32Array(64).fill(1));
    for (const value of x) expect(Math.abs(value)).toBeCloseTo(1, 12);
  });

  it("says so when there is nothing to rotate", () => {
    expect(() => q.ptq.rotate(denseNetwork([tf.layers.reLU()]))).toThrow(
      "no two Dense or Conv2D layers have nothing but Dropout between them (expected { online: true }",
    );
    const odd = denseNetwork([tf.layers.reLU()], { units: [7, 5, 3] });
    expect(() => q.ptq.rotate(odd, { online: true })).toThrow("even number of input channels");
  });
});
