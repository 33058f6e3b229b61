import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { QuantizedLayer } from "../../src/qat/index.js";

describe("q.scheme({ layers })", () => {
  it("gives single layers other formats, and name those that can't have them", async () => {
    const { train } = await q.datasets.digits();
    const calibration = train.take(64);
    const model = q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10 });
    const layers = {
      conv: { weights: q.int(8) },
      pointwise: { weights: undefined },
      conv_relu: { activations: q.uint(5) },
      conv_input: { activations: undefined },
    };
    const base = { weights: q.int(3, { per: "channel" }), activations: q.uint(4) };
    const mixed = q.scheme({ ...base, layers });
    expect(String(mixed)).toBe("W3A4, conv W8, pointwise W32, conv_relu A5, conv_input A32");
    const prepared = await q.prepare(model, mixed, { calibration });
    const found = Object.fromEntries(
      prepared.layers
        .filter((layer) => layer instanceof QuantizedLayer)
        .map((layer) => {
          const { weights, activations } = layer.quantization();
          return [layer.name, [weights?.bits, weights?.per, activations?.bits]];
        }),
    );
    expect(found).toEqual({
      conv: [8, "tensor", undefined],
      conv_relu: [undefined, undefined, 5],
      depthwise: [3, "channel", undefined],
      depthwise_relu: [undefined, undefined, 4],
      pointwise_relu: [undefined, undefined, 4],
      logits: [3, "channel", undefined],
    });
    const only = (layers: Record<string, q.LayerFormats>) => q.scheme({ layers });
    const wrong = (layers: Record<string, q.LayerFormats>) =>
      q.prepare(model, only(layers), { calibration });
    await expect(wrong({ cnov: { weights: q.int(8) } })).rejects.toThrow(
      'invalid layers: no layer "cnov" (the model has conv_input, conv, ',
    );
    await expect(wrong({ pool: { weights: q.int(8) } })).rejects.toThrow(
      '"pool" has no kernel (expected one of conv, depthwise, pointwise, logits)',
    );
    await expect(wrong({ conv: { activations: q.uint(8) } })).rejects.toThrow(
      'the output of "conv" isn\'t quantized (expected one of conv_input, conv_relu, ',
    );
    expect(() => only({ conv: q.int(8) as never })).toThrow("as in layers: { conv: { weights");
    expect(() => only({ conv: { weights: undefined } })).toThrow("nothing is quantized");
  });
});
