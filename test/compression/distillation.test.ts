import { expect, it } from "vitest";
import * as q from "../../src/index.js";
import { cnn } from "../fixtures/index.js";
import { digits, settings } from "./models.js";

const { tf } = q;
const { data, test } = await digits();

it("the teacher's answers stay with their examples, whatever the order", {
  tags: "slow",
}, async () => {
  const teacher = cnn();
  const { data: soft, options } = await q.compression.distillation(teacher, data, { alpha: 0.1 });
  const expected = tf.concat(
    [data.ys.toFloat().expandDims(1), teacher.predict(data.xs) as q.tf.Tensor],
    1,
  );
  expect(soft.ys.sub(expected).abs().max().dataSync()[0]).toBeLessThan(1e-5);
  const student = q.models.mlp({ inputShape: [8, 8, 1], units: [12], classes: 10, seed: 1 });
  const history = await q.fit(student, soft, { ...settings, ...options, validation: test });
  const last = history.at(-1)!;
  expect(last.loss).toBeLessThan(history[0]!.loss);
  expect(last.validationAccuracy).toBe(q.accuracy(student, test));
  expect(last.validationLoss).toBeCloseTo(q.evaluate(student, test).loss, 5);
});

it("a student whose logits are its teacher's has only the labels' loss", async () => {
  const teacher = cnn();
  const { data: soft, options } = await q.compression.distillation(teacher, data, { alpha: 0.5 });
  const { loss } = q.evaluate(teacher, soft, options);
  expect(loss).toBeCloseTo(q.evaluate(teacher, data).loss / 2, 5);
});
