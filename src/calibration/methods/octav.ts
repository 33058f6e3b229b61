import { type MethodDefinition, onHistogram } from "./method.js";
import { type Sizes, thresholdRange } from "./threshold.js";

/** The largest number of iterations; the paper needs fewer than 20. */
const most = 100;

/**
 * @internal
 * OCTAV: the threshold with the least squared error of rounding and clipping, by Newton's iteration on
 * the values' own distribution. Sakr et al. 2022, arXiv:2206.06501, equations 5 and 6.
 */
export const octavRange = thresholdRange((sizes, bits) => {
  let threshold = next(sizes, bits, 0);
  for (let i = 0; i < most; i++) {
    const before = threshold;
    threshold = next(sizes, bits, before);
    if (Math.abs(threshold - before) <= 1e-9 * before) break;
  }
  return threshold;
});

/** E[|x|·1(|x| > s)] / (4^−bits/3·E[1(0 < |x| ≤ s)] + E[1(|x| > s)]) */
function next({ values, counts }: Sizes, bits: number, threshold: number): number {
  let [clipped, size, rounded] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    if (values[i]! > threshold) {
      clipped += counts[i]!;
      size += counts[i]! * values[i]!;
    } else {
      rounded += counts[i]!;
    }
  }
  // If all values have the same size, that size is the threshold, since nothing lies above it.
  return clipped > 0 ? size / ((4 ** -bits / 3) * rounded + clipped) : threshold;
}

/** @internal The least squared error, by the fixed point of Newton's iteration. */
export const octav: MethodDefinition = { options: [], make: () => onHistogram(octavRange) };
