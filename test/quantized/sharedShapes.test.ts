import { expect, it } from "vitest";
import * as q from "../../src/index.js";
import { difference } from "../fixtures/networks.js";

const { tf } = q;
const { layers } = tf;

it("a layer that is used on inputs of several shapes is quantized", async () => {
  const input = tf.input({ shape: [4, 4, 2] });
  const shared = layers.conv2d({ name: "shared", filters: 2, kernelSize: 2, activation: "relu" });
  const flat = layers.flatten({}).apply(shared.apply(shared.apply(input)));
  const logits = layers.dense({ name: "logits", units: 3 }).apply(flat) as q.tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs: logits });
  const xs = tf.randomNormal([32, 4, 4, 2], 0, 1, "float32", 3);
  const scheme = q.scheme({ weights: q.int(12, { per: "channel" }), activations: q.uint(12) });
  const quantized = await q.prepare(model, scheme, { calibration: { xs }, method: "minmax" });
  expect(difference(model, quantized, xs)).toBeLessThan(0.01);
  expect(q.analysis.cost(quantized).rows.find(({ layer }) => layer === "shared")!.MACs).toBe(
    (3 * 3 + 2 * 2) * 16,
  );
});
