import { coveringRange } from "../quantizers/index.js";
import type { Finder } from "./finder.js";
import type { Samples } from "./samples.js";

/** TensorRT's number: a power of two as the width of bins makes it 1025 to 2048. */
const mostBins = 2048;

/**
 * @internal
 * TensorRT's entropy calibration: of all thresholds, the one at which the distribution of the values'
 * sizes, clipped, is nearest to the same one in as many levels as the format has codes. Migacz 2017, "8-bit
 * inference with TensorRT", GTC, slides 30 to 39. Formats of both signs have 2^(bits−1) levels (128 for int8),
 * as there; values of one sign in a format with a zero point have 2^bits. Few different values, no more than
 * there are levels, aren't clipped.
 *
 * Each level counts by how often it occurs, not by how far its values are moved. Where single values are many, as
 * a ReLU's on an image's background are, a level that such a value shares with its neighbours costs more than
 * all that is clipped. So on the first ReLU of a digits network 8 bits reach 27 dB (least squares: 45); NVIDIA's
 * own code, on the same histogram, clips further, to 11 dB.
 */
export const klRange: Finder = (samples, format) => {
  const { min, max } = samples;
  const oneSign = !format.symmetric && (min >= 0 || max <= 0);
  const levels = 2 ** (oneSign ? format.bits : format.bits - 1);
  const { counts, width } = sizeCounts(samples);
  let [best, least] = [counts.length, Number.POSITIVE_INFINITY];
  let filled = 0;
  for (let end = 1; end <= counts.length; end++) {
    if (counts[end - 1]! > 0) filled++;
    // No fewer than NVIDIA's 128 of 2048. Where each filled bin can have a level of its own, the divergence is
    // 0 whatever is clipped: pixels of 17 values, or nine weights, would lose all but their smallest.
    if (end < counts.length / 16 || filled <= levels) continue;
    const found = divergence(counts, 0, end, levels);
    if (found < least) [best, least] = [end, found];
  }
  const threshold = best * width;
  return coveringRange(Math.max(min, -threshold), Math.min(max, threshold), format);
};

/**
 * How often which size occurred, in bins of a width that is a power of two, as the histogram's are. Zeros
 * don't count, as in NVIDIA's later calibrators: half of a ReLU's outputs would outweigh all else.
 */
function sizeCounts({
  values,
  counts,
  min,
  max,
  bins: given = Number.POSITIVE_INFINITY,
}: Samples): {
  counts: Float64Array;
  width: number;
} {
  const largest = Math.max(-min, max);
  if (largest === 0) return { counts: new Float64Array(1), width: 0 };
  const most = Math.min(mostBins, given / 2);
  const width = 2 ** (Math.floor(Math.log2(largest)) + 1) / most;
  const bins = new Float64Array(Math.min(most, Math.floor(largest / width) + 1));
  for (let i = 0; i < values.length; i++) {
    if (values[i] === 0) continue;
    const bin = Math.min(bins.length - 1, Math.floor(Math.abs(values[i]!) / width));
    bins[bin]! += counts ? counts[i]! : 1;
  }
  return { counts: bins, width };
}

/**
 * The Kullback–Leibler divergence, in nats, between a part of a histogram to which all counts outside are
 * added at its ends, and the same part merged into levels, each spread evenly over those of its bins that
 * aren't empty. Empty bins are smoothed, as Apache MXNet's and ONNX Runtime's calibrators do it; the last level
 * takes the bins that are left over, as MXNet's does. (NVIDIA's modelopt makes levels unequal by a bin instead.)
 *
 * @param counts the histogram
 * @param start the first bin of the part
 * @param end the bin after its last
 * @param levels how many levels
 * @throws RangeError for a part that isn't one, or has fewer bins than levels
 * @example
 * q.calibration.divergence([4, 4, 2, 2], 0, 4, 2); // 0 (two levels are enough)
 * q.calibration.divergence([4, 1, 2, 2], 0, 4, 2); // 0.107
 */
export function divergence(
  counts: ArrayLike<number>,
  start: number,
  end: number,
  levels: number,
): number {
  if (!(start >= 0 && levels >= 1 && end - start >= levels && end <= counts.length)) {
    throw new RangeError(
      `invalid part: bins ${start} to ${end} of ${counts.length} in ${levels} levels (expected at least as many bins as levels)`,
    );
  }
  const clipped = new Float64Array(end - start);
  const merged = new Float64Array(end - start);
  let total = 0;
  for (let i = 0; i < counts.length; i++) {
    clipped[Math.min(Math.max(i - start, 0), clipped.length - 1)]! += counts[i]!;
    total += counts[i]!;
  }
  if (total === 0) return Number.POSITIVE_INFINITY;
  const perLevel = Math.floor(clipped.length / levels);
  for (let level = 0; level < levels; level++) {
    const from = level * perLevel;
    const to = level === levels - 1 ? clipped.length : from + perLevel;
    let [sum, filled] = [0, 0];
    for (let i = from; i < to; i++) {
      sum += counts[start + i]!;
      if (clipped[i]! > 0) filled++;
    }
    for (let i = from; i < to; i++) merged[i] = clipped[i]! > 0 ? sum / filled : 0;
  }
  return relativeEntropy(clipped, merged);
}

/** What empty bins get. */
const epsilon = 1e-4;

/** Σ p·ln(p/q) of two histograms, in place smoothed and made distributions. */
function relativeEntropy(p: Float64Array, q: Float64Array): number {
  if (!smooth(p) || !smooth(q)) return Number.POSITIVE_INFINITY;
  let [sumP, sumQ, sum] = [0, 0, 0];
  for (let i = 0; i < p.length; i++) {
    sumP += p[i]!;
    sumQ += q[i]!;
  }
  for (let i = 0; i < p.length; i++) sum += p[i]! * Math.log(p[i]! / q[i]!);
  return sum / sumP + Math.log(sumQ / sumP);
}

/** Gives empty bins a little, and takes it from the others; `false` where they have too little. */
function smooth(bins: Float64Array): boolean {
  let filled = 0;
  for (let i = 0; i < bins.length; i++) if (bins[i]! > 0) filled++;
  const taken = (epsilon * (bins.length - filled)) / filled;
  if (filled === 0 || taken >= 1) return false;
  for (let i = 0; i < bins.length; i++) bins[i]! += bins[i]! > 0 ? -taken : epsilon;
  return true;
}
