import { expect, it } from "vitest";
import * as q from "../../src/index.js";

it("training brings back what quantization to 2 bits breaks", async () => {
  const { train, test } = await q.datasets.digits();
  const model = q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 1 });
  await q.fit(model, train, { epochs: 12, progress: false });
  const scheme = q.scheme({ weights: q.int(2, { per: "channel" }), activations: q.uint(4) });
  const calibration = train.take(256);
  const qat = await q.prepare(model, scheme, { calibration });
  const [float, ptq] = [q.accuracy(model, test), q.accuracy(qat, test)];
  await q.fit(qat, train, { epochs: 6, progress: false });
  const recovered = q.accuracy(qat, test);

  // Over five seeds and longer training: 97, 44 and 90 %.
  expect(float).toBeGreaterThan(0.92);
  expect(ptq).toBeLessThan(0.75);
  expect(recovered).toBeGreaterThan(ptq + 0.1);
  expect(recovered).toBeGreaterThan(0.75);
});
