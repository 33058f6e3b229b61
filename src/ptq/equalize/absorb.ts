import { type LayerNode, normalizationAfter, topology } from "../../graph/index.js";
import { biasOf, type Layer } from "../../layers/index.js";
import { warnOf } from "../../quantized/index.js";
import type { tf } from "../../tensorflow/index.js";
import { describe, type Link } from "../network/channels.js";
import { Parameters } from "../network/parameters.js";
import type { Normal } from "../network/preActivations.js";
import type { ParametersOf } from "../network/rescale.js";

/**
 * @internal
 * Moves a constant that nearly every value of a channel exceeds, c = max(0, mean − 3 deviations), out of the
 * channel's bias and into the biases of the next layers: ReLU(x − c) = ReLU(x) − c for x above c. Nagel et al.
 * 2019, arXiv:1906.04721, section 4.1.3, for normally distributed outputs (99.865 % exceed c).
 *
 * The next layer reads zeros that are padded around an image as if c had been subtracted from them too.
 *
 * @param normals the distributions of the layers' outputs before the nonlinearity, by the layers' names; they
 *   are changed as the model is
 */
export function absorb(links: Link[], normals: Map<string, Normal>, of: ParametersOf): void {
  const able = links.filter(
    ({ producer, consumers }) =>
      normals.has(producer.name) &&
      of(producer).bias &&
      consumers.every((layer) => of(layer).bias && of(layer).kernel),
  );
  for (const { producer, consumers } of able) {
    const { mean, deviation } = normals.get(producer.name)!;
    const absorbed = mean.map((value, i) => Math.max(0, value - 3 * deviation[i]!));
    const { values: bias } = of(producer).bias!;
    absorbed.forEach((constant, i) => {
      bias[i]! -= constant;
    });
    normals.set(producer.name, { mean: mean.map((value, i) => value - absorbed[i]!), deviation });
    for (const consumer of consumers) {
      const { kernel, bias } = of(consumer);
      const { values, inputOf, outputOf } = kernel!;
      values.forEach((weight, i) => {
        const constant = absorbed[inputOf[i]! % absorbed.length]!;
        bias!.values[outputOf[i]!]! += weight * constant;
      });
    }
  }
}

/**
 * @internal
 * Checks, before anything is built, that {@link absorb} finds layers, and names those that it leaves in a warning.
 *
 * @throws TypeError if no layer has both a batch-normalized output and next layers with biases
 */
export function checkAbsorbing(
  model: tf.LayersModel,
  links: readonly Link[],
  normals: ReadonlyMap<string, Normal>,
): void {
  const nodes = topology(model, { shared: true });
  const folding = new Set(
    nodes.filter((node) => normalizationAfter(node)).map(({ layer }: LayerNode) => layer),
  );
  const biased = (layer: Layer) => folding.has(layer) || biasOf(layer) !== undefined;
  const left = links.filter(
    ({ producer, consumers }) =>
      !normals.has(producer.name) ||
      !consumers.every((layer) => biased(layer) && new Parameters(layer).kernel),
  );
  if (left.length === links.length) {
    throw new TypeError(
      "cannot absorb biases: no layer with batch normalization feeds layers with biases (leave absorbBias out)",
    );
  }
  warnOf(model, "equalize", {
    subject:
      "the biases of layers where they are (absorbBias needs batch normalization, and a bias in each next layer)",
    layers: left.map(({ producer }) => describe(producer)),
  });
}
