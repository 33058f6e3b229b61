import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { biasOf, matricesOf, nonlinearityOf, weightAt } from "../../src/layers/index.js";
import { outerProducts } from "../../src/ptq/gptq/hessian.js";
import { mappedWeights } from "../../src/ptq/network/network.js";
import { examples, kinds } from "./models.js";

const { tf } = q;

describe("the linear map", () => {
  const cases = kinds.flatMap((kind) =>
    kind
      .make()
      .layers.flatMap((layer) =>
        mappedWeights(layer).map(
          ({ path }) => [`${kind.name}: ${layer.name} ${path}`, kind, layer.name, path] as const,
        ),
      ),
  );

  it.each(cases)(
    "of %s is what the layer computes, and its squares are those of the Hessian",
    (_, kind, name, path) => {
      const model = kind.make();
      const layer = model.getLayer(name);
      const weight = mappedWeights(layer).find((one) => one.path === path)!;
      const shape = (layer.inboundNodes[0]!.inputTensors[0]!.shape as number[]).slice(1);
      const x = examples({ ...kind, shape }).xs;
      tf.tidy(() => {
        const kernel = weightAt(layer, path).read();
        const seen = weight.seen?.(layer, x) ?? x;
        const hessian = outerProducts(layer, weight, seen);
        const outputs = weight.linear(layer, seen, kernel);
        // wᵀHw, summed over all outputs, is the sum of the squared outputs.
        const squares = outputs.square().sum().dataSync()[0]!;
        const { order, groups, rows, columns } = matricesOf(kernel.shape, weight);
        const matrix = tf
          .tensor(Float32Array.from(order, (place) => kernel.dataSync()[place]!))
          .reshape([groups, rows, columns]);
        const product = tf.matMul(hessian, matrix).mul(matrix).sum().dataSync()[0]!;
        expect(product / squares).toBeCloseTo(1, 3);
        if ((weight.to ?? "output") !== "output") return;
        if (nonlinearityOf(layer) !== "linear") return;
        const bias = biasOf(layer);
        bias?.write(tf.zeros(bias.shape as number[]));
        const given = layer.apply(x) as q.tf.Tensor;
        const first = layer.getConfig().dataFormat === "channelsFirst";
        const last = first ? given.transpose([0, 2, 3, 1]) : given;
        expect(last.sub(outputs).abs().max().dataSync()[0]).toBeLessThan(1e-4);
      });
    },
  );
});
