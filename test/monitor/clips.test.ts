import { beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { clipProbe } from "../../src/monitor/clips.js";
import { digits, trainedCnn } from "../fixtures/index.js";

let prepared: q.tf.LayersModel;
let bright: q.tf.Tensor;
beforeAll(async () => {
  const { train, test } = await digits();
  const scheme = q.scheme({ weights: q.int(4, { per: "channel" }), activations: q.uint(4) });
  prepared = await q.prepare(await trainedCnn(), scheme, { calibration: train.take(128) });
  bright = q.tf.tidy(() => test.xs.slice(0, 40).mul(1.6) as q.tf.Tensor);
});

const rates = (model: q.tf.LayersModel, from: number, count: number) =>
  q.tf.tidy(
    () => clipProbe(model).rates([bright.slice(from, count)]) as never,
  ) as never as number[][];

describe("the probe of clip rates", () => {
  it("gives an example the same rates alone, among few, and in a batch", () => {
    const all = rates(prepared, 0, 40);
    expect(all.flat().some((rate) => rate > 0.05)).toBe(true);
    const probe = clipProbe(prepared);
    for (const count of [1, 2, 4, 7]) {
      // The third call of a size is one of the graph's.
      for (let call = 0; call < 4; call++) {
        const some = bright.slice(call, count);
        probe.rates([some]).forEach((row, i) => {
          row.forEach((rate, layer) => {
            expect(rate).toBeCloseTo(all[call + i]![layer]!, 6);
          });
        });
        some.dispose();
      }
    }
  });

  it("follows a range that was changed since", () => {
    const probe = clipProbe(prepared);
    const one = bright.slice(0, 1);
    for (let call = 0; call < 4; call++) probe.rates([one]);
    const place = probe.layers.indexOf("conv_relu");
    const quantizer = (prepared.getLayer("conv_relu") as q.QuantizedLayer).outputQuantizer!;
    const before = quantizer.range();
    quantizer.write({ min: 0, max: 0.05 });
    expect(probe.rates([one])[0]![place]).toBeGreaterThan(0.2);
    quantizer.write({ min: before.min[0]!, max: before.max[0]! });
    one.dispose();
  });
});
