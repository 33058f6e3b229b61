import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { QuantizedLayer } from "../../src/quantized/index.js";
import { cnn, digits } from "../fixtures/index.js";

describe("q.scheme({ layers })", () => {
  it("gives single layers other formats, and name those that can't have them", async () => {
    const { train } = await digits();
    const calibration = train.take(64);
    const model = cnn();
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

  it("quantizes the model's output where it is named, so that integers answer as training saw it", {
    tags: "slow",
  }, async () => {
    const { train, test } = await digits();
    const int8 = { weights: q.int(8, { per: "channel" }), activations: q.uint(8) } as const;
    const scheme = q.scheme({ ...int8, layers: { logits: int8 } });
    const calibration = train.take(64);
    const prepared = await q.prepare(cnn(), scheme, { calibration, biases: "grid" });
    const { activations } = (prepared.getLayer("logits") as q.QuantizedLayer).quantization();
    expect(activations?.bits).toBe(8);
    const [values, deployed] = [prepared, q.convert(prepared)].map((model) =>
      (model.predict(test.xs.slice(0, 50)) as q.tf.Tensor).dataSync(),
    );
    expect(new Set(values).size).toBeLessThanOrEqual(256);
    expect(deployed).toEqual(values);
    await expect(
      q.prepare(cnn(), q.scheme({ ...int8, layers: { flatten: int8 } }), { calibration }),
    ).rejects.toThrow('"flatten" has no kernel');
  });
});
