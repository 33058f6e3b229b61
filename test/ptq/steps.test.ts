import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { data, denseNetwork, difference, digitsNetwork } from "./networks.js";

const { tf } = q;
const any = (value: unknown): any => value;
const scheme = q.scheme({ weights: q.int(3, { per: "channel" }), activations: q.uint(4) });

describe("q.quantize with steps", () => {
  it("does what the techniques do one after the other", async () => {
    const model = digitsNetwork(1);
    const calibration = data([8, 8, 1]);
    const held = tf.memory().numTensors;
    const steps: q.Step[] = ["equalize", { name: "gptq", damping: 0.1 }, "biasCorrection"];
    const chained = await q.quantize(model, scheme, { calibration, steps });

    const equalized = q.ptq.equalize(model);
    const nearest = await q.quantize(equalized, scheme, { calibration });
    const rounded = await q.ptq.gptq(equalized, nearest, { calibration, damping: 0.1 });
    const corrected = await q.ptq.biasCorrection(equalized, rounded, { calibration });
    expect(difference(chained, corrected, calibration.xs)).toBe(0);
    expect(difference(chained, nearest, calibration.xs)).toBeGreaterThan(0);
    for (const made of [equalized, nearest, rounded, corrected, chained]) made.dispose();
    expect(tf.memory().numTensors).toBe(held);
  });

  it("changes activations' ranges with smoothing and rotation", async () => {
    const model = digitsNetwork(1);
    const calibration = data([8, 8, 1]);
    const steps: q.Step[] = ["smoothQuant", { name: "rotate", online: true }];
    const chained = await q.quantize(model, scheme, { calibration, steps });
    expect(chained.getLayer("logits_rotation")).toBeInstanceOf(q.QuantizedLayer);
  });

  const refused: [string, unknown, string][] = [
    ["a word for a list", "equalize", "invalid steps: equalize (expected a list"],
    ["an unknown step", ["equalise"], "invalid step: equalise (expected equalize, smoothQuant"],
    ["nothing for a step", [undefined], "invalid step: undefined"],
    ["a step twice", ["gptq", "gptq"], 'invalid steps: "gptq" is there twice'],
    ["two roundings", ["gptq", "adaround"], 'invalid steps: "gptq" and "adaround"'],
    [
      "a change of the float model that comes too late",
      ["biasCorrection", "equalize"],
      'invalid steps: "equalize" after "biasCorrection"',
    ],
  ];
  it.each(refused)("refuses %s before anything is made", async (_, steps, message) => {
    const model = denseNetwork([tf.layers.reLU()]);
    const held = tf.memory().numTensors;
    await expect(
      q.quantize(model, scheme, { calibration: any(undefined), steps: any(steps) }),
    ).rejects.toThrow(message);
    expect(tf.memory().numTensors).toBe(held);
  });
});

describe("q.ptq.best", () => {
  it("finds the widest kernels that a budget holds", async () => {
    const model = denseNetwork([tf.layers.reLU()]);
    const calibration = data([8]);
    const best = (bytes: number) =>
      q.ptq.best(model, { budget: { bytes }, calibration, validation: calibration });
    // 66 weights of 5 bits, and 9 biases of 4 bytes.
    const bytes = Math.ceil((66 * 5) / 8) + 36;
    expect(String((await best(bytes)).scheme)).toBe("W5A8");
    await expect(best(50)).rejects.toThrow("invalid budget: 50 bytes (expected at least 53");
    await expect(q.ptq.best(model, { calibration, validation: calibration })).rejects.toThrow(
      "neither scheme nor budget",
    );
  }, 60_000);
});
