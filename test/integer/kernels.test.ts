import { describe, expect, it } from "vitest";
import { compute, expectedCodes, kernels, mismatches, readCases } from "./kernelCases.js";

const groups = Object.entries(readCases());

describe("the integer engine computes LiteRT's codes, none of them off", () => {
  it.each(groups)("%s", (name, cases) => {
    const counts = kernels.map((kernel) => {
      let [codes, wrong] = [0, 0];
      for (const item of cases) {
        const expected = expectedCodes(item, kernel);
        codes += expected.length;
        wrong += mismatches(compute(item, kernel), expected);
      }
      return { kernel, codes, wrong };
    });
    if (process.env.QATLAB_INTEGER_KERNELS) {
      console.log(name, ...counts.map(({ codes, wrong }) => `${wrong} of ${codes}`));
    }
    expect(counts.filter(({ wrong }) => wrong > 0)).toEqual([]);
    expect(counts.every(({ codes }) => codes > 0)).toBe(true);
  });
});

const adversarial = groups.filter(([name]) =>
  /^(\w+[cC]onv2d|conv2d|fullyConnected, per channel), adversarial$/.test(name),
);

describe("adversarial biases tell the roundings apart", () => {
  it.each(adversarial)("%s", (_, cases) => {
    for (const kernel of kernels) {
      for (const other of kernels) {
        if (other === kernel) continue;
        const wrong = cases.map((item) =>
          mismatches(compute(item, other), expectedCodes(item, kernel)),
        );
        expect(Math.max(...wrong), `${other} in place of ${kernel}`).toBeGreaterThan(0);
      }
    }
  });
});
