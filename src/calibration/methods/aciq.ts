import { aciqThreshold, checkDistribution, type Distribution } from "./aciqThreshold.js";
import type { Finder } from "./finder.js";
import { type MethodDefinition, onHistogram } from "./method.js";
import { type Sizes, thresholdRange } from "./threshold.js";

/**
 * @internal
 * ACIQ: the threshold that is best for a Gaussian or a Laplace distribution of the values' own spread.
 * Banner et al. 2019, arXiv:1810.05723, sections 3 and 4.
 *
 * @param distribution the distribution; by default the one under which the values are likelier
 */
export function aciqRange(distribution?: Distribution): Finder {
  return thresholdRange((sizes, bits) => {
    const { deviation, meanSize } = spread(sizes);
    const fitting = distribution ?? likelier(deviation, meanSize);
    return aciqThreshold(bits, fitting) * (fitting === "gaussian" ? deviation : meanSize);
  });
}

/** The density with the larger mean log-likelihood, each with its likeliest parameter. */
function likelier(deviation: number, meanSize: number): Distribution {
  const gaussian = -Math.log(deviation * Math.sqrt(2 * Math.PI * Math.E));
  const laplace = -Math.log(2 * Math.E * meanSize);
  return gaussian >= laplace ? "gaussian" : "laplace";
}

/** The standard deviation σ, and Laplace's b, the mean size. */
function spread({ values, counts }: Sizes): { deviation: number; meanSize: number } {
  let [total, sum, squares] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    total += counts[i]!;
    sum += counts[i]! * values[i]!;
    squares += counts[i]! * values[i]! ** 2;
  }
  if (total === 0) return { deviation: 0, meanSize: 0 };
  return { deviation: Math.sqrt(squares / total), meanSize: sum / total };
}

/** Options of `"aciq"`. */
export interface AciqOptions {
  /** The distribution whose closed form is taken. Default: the one under which the values are likelier. */
  distribution?: Distribution;
}

/** @internal The closed form for a distribution. */
export const aciq: MethodDefinition<AciqOptions> = {
  options: ["distribution"],
  make: ({ distribution }) => {
    if (distribution !== undefined) checkDistribution(distribution);
    return onHistogram(aciqRange(distribution));
  },
};
