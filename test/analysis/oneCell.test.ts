import { expect, it } from "vitest";
import { inOneCell } from "../../src/analysis/oneCell.js";
import * as q from "../../src/index.js";

it("inOneCell writes an interval as ± where its sides are equal, and by its ends elsewhere", () => {
  const even = [
    { model: "float", "accuracy (%)": 96.83, "low (%)": 95.43, "high (%)": 98.23, n: 600 },
    { model: "QAT", "accuracy (%)": 81.33, "low (%)": 78.23, "high (%)": 84.43, n: 600 },
  ];
  expect(inOneCell(even)).toEqual({
    rows: [
      { model: "float", "accuracy (%)": "96.8 ± 1.4", n: 600 },
      { model: "QAT", "accuracy (%)": "81.3 ± 3.1", n: 600 },
    ],
    intervals: true,
  });
  const uneven = [{ AUROC: 0.747, "AUROC low": 0.7, "AUROC high": 0.78 }];
  expect(inOneCell(uneven).rows).toEqual([{ AUROC: "0.747 (0.700 to 0.780)" }]);
  const loss = [{ "change (points)": -15.71, "low (points)": -27.8, "high (points)": -0.01 }];
  expect(inOneCell(loss).rows).toEqual([{ "change (points)": "−15.7 (−27.8 to 0.0)" }]);
});

it("inOneCell leaves columns that are no interval as they are", () => {
  expect(inOneCell([{ low: 1 }, { low: 2 }]).rows).toEqual([{ low: 1 }, { low: 2 }]);
});

it("inOneCell writes p-values with three digits, as far as they go", () => {
  expect(inOneCell([{ p: 1 }, { p: 0.0101 }, { p: 7e-5 }]).rows.map(({ p }) => p)).toEqual([
    "1.000",
    "0.010",
    "< 0.001",
  ]);
});

it("a result shows its intervals in the cells of their values, and its table keeps the numbers", async () => {
  const data = q.dataset(q.tf.eye(4) as q.tf.Tensor2D, [0, 1, 2, 3]);
  const model = q.models.mlp({ inputShape: [4], classes: 4, units: [4], seed: 1 });
  const attack = await q.robustness.fgsm(model, data, { epsilon: 0.1 });
  const shown = attack.below();
  expect(String(shown["text/plain"])).toMatch(/^with 95 % intervals\nexamples +accuracy \(%\)\n/);
  expect(String(shown["text/html"])).toMatch(/text-align:right">\d+\.\d \(\d+\.\d to \d+\.\d\)</);
  expect(String(shown["text/html"])).not.toMatch(/low \(%\)/);
  expect(attack.table.columns).toContain("low (%)");
  attack.dispose();
});
