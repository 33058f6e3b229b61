import { expect } from "vitest";
import type { Layer } from "../../../src/graph/topology.js";
import * as q from "../../../src/index.js";
import { generator } from "../../fixtures/generator.js";
import golden from "../../golden/dilated_convolutions.json" with { type: "json" };

const { tf } = q;

/** Values from -1 to 1, as test/peers/dilated_convolutions.py draws them. */
export function uniform(seed: number, shape: number[]): q.tf.Tensor {
  const random = generator(seed);
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => random() * 2 - 1),
    shape,
  );
}

/** The layer of a case, without a bias. */
export function layerOf(golden: Case, dataFormat?: string): Layer {
  const { layer, filters, kernel, dilation, padding } = golden;
  const make = tf.layers[layer as "conv2d"] as (config: object) => Layer;
  const { length } = kernel;
  const lengths = { kernelSize: length === 1 ? kernel[0] : kernel, dilationRate: dilation };
  return make({
    ...lengths,
    padding,
    filters,
    depthMultiplier: filters,
    useBias: false,
    dataFormat,
  });
}

export const { cases, versions } = golden;
type Case = (typeof cases)[number];

/** The largest difference, in units of the largest value. */
export function error(tensor: q.tf.Tensor, expected: number[]): number {
  return tf.tidy(() => {
    const values = tf.tensor(expected, tensor.shape);
    return tf.div(tf.sub(tensor, values).abs().max(), values.abs().max()).dataSync()[0]!;
  });
}

/** Holds a layer and its gradients against PyTorch's. */
export function checkDilated(expected: Case) {
  const { seed, input, outputShape } = expected;
  tf.tidy(() => {
    const layer = layerOf(expected);
    const x = uniform(seed, input);
    expect(layer.computeOutputShape(x.shape)).toEqual(outputShape);
    layer.build(x.shape);
    const kernel = layer.weights[0]!;
    const w = uniform(seed + 1, kernel.shape as number[]);
    kernel.write(w);
    const y = layer.apply(x) as q.tf.Tensor;
    expect(y.shape).toEqual(outputShape);
    expect(error(y, expected.output)).toBeLessThan(1e-5);
    const dy = uniform(seed + 2, outputShape);
    const loss = (x: q.tf.Tensor) => tf.sum(tf.mul(layer.apply(x) as q.tf.Tensor, dy)) as never;
    expect(error(tf.grad(loss)(x), expected.inputGradient)).toBeLessThan(1e-5);
    const { grads } = tf.variableGrads(() => loss(x), [kernel.read() as q.tf.Variable]);
    expect(error(Object.values(grads)[0]!, expected.kernelGradient)).toBeLessThan(1e-5);
  });
}
