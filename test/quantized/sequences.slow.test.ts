import { expect, it } from "vitest";
import * as q from "../../src/index.js";
import { digits } from "../fixtures/index.js";

const image = { inputShape: [8, 8, 1] as [number, number, number], classes: 10, seed: 1 };
const networks = [
  { name: "an LSTM", make: () => q.models.lstm(image), activations: 2, epochs: 15 },
  {
    name: "a transformer",
    make: () => q.models.transformerEncoder({ ...image, patch: [1, 8], blocks: 1 }),
    activations: 3,
    epochs: 12,
  },
];

it.each(networks)(
  "training brings back the accuracy that few bits cost $name that reads digits row by row",
  async ({ make, activations, epochs }) => {
    const { train, test } = await digits();
    const model = make();
    await q.fit(model, train, { epochs, progress: false });
    const bits = { weights: q.int(2, { per: "channel" }), activations: q.uint(activations) };
    const calibration = train.take(256);
    const qat = await q.prepare(model, q.scheme(bits), { calibration });
    const [float, ptq] = [q.accuracy(model, test), q.accuracy(qat, test)];
    await q.fit(qat, train, { epochs: 8, progress: false });
    const recovered = q.accuracy(qat, test);

    // Measured: 95, 69 and 92 % at W2A2; 96, 75 and 96 % at W2A3.
    expect(float).toBeGreaterThan(0.92);
    expect(ptq).toBeLessThan(float - 0.08);
    expect(recovered).toBeGreaterThan(ptq + 0.06);
    expect(recovered).toBeGreaterThan(float - 0.08);
  },
);
