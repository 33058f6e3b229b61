import type { Link } from "./channels.js";
import type { Normal } from "./normal.js";
import type { ParametersOf } from "./rescale.js";

/**
 * @internal
 * Moves what nearly every value of a channel exceeds, c = max(0, mean − 3 deviations), out of the
 * channel's bias and into the next layers': ReLU(x − c) = ReLU(x) − c for x above c. Nagel et al. 2019,
 * arXiv:1906.04721, section 4.1.3, for outputs that are normal (99.865 % exceed c).
 *
 * Where zeros are padded around an image, the next layer sees c subtracted from them as well.
 *
 * @param normals of the layers' outputs before their nonlinearity; changed like the model
 * @throws TypeError when no layer has both a normal output and a next layer with a bias
 */
export function absorb(links: Link[], normals: Map<string, Normal>, of: ParametersOf): void {
  const able = links.filter(
    ({ producer, consumers }) =>
      normals.has(producer.name) && [producer, ...consumers].every((layer) => of(layer).bias),
  );
  if (able.length === 0) {
    throw new TypeError(
      "cannot absorb biases: no layer with batch normalization feeds layers with biases (leave absorbBias out)",
    );
  }
  for (const { producer, consumers } of able) {
    const { mean, deviation } = normals.get(producer.name)!;
    const absorbed = mean.map((value, i) => Math.max(0, value - 3 * deviation[i]!));
    const { bias } = of(producer);
    absorbed.forEach((part, i) => {
      bias![i]! -= part;
    });
    normals.set(producer.name, { mean: mean.map((value, i) => value - absorbed[i]!), deviation });
    for (const consumer of consumers) {
      const parameters = of(consumer);
      parameters.kernel.forEach((weight, i) => {
        const part = absorbed[parameters.inputOf(i) % absorbed.length]!;
        parameters.bias![parameters.outputOf(i)]! += weight * part;
      });
    }
  }
}
