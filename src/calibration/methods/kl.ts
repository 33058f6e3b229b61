import { coveringRange } from "../../quantizers/index.js";
import type { Samples } from "../histogram/samples.js";
import type { Finder } from "./finder.js";
import { type MethodDefinition, onHistogram } from "./method.js";

/** TensorRT's number of bins. Since the width of bins is a power of two, 1025 to 2048 of them are used. */
const mostBins = 2048;

/**
 * @internal
 * TensorRT's entropy calibration: of all thresholds, the one at which the distribution of the values' clipped
 * sizes is nearest to the same distribution merged into as many levels as the format has codes. Migacz 2017,
 * "8-bit inference with TensorRT", GTC, slides 30 to 39. Formats of both signs have 2^(bits−1) levels (128 for
 * int8), as in TensorRT; values of one sign in a format with a zero point have 2^bits. If there are no more
 * different values than levels, none is clipped.
 *
 * Each level counts by how often it occurs, not by how far its values are moved. Where a single value occurs
 * often, as a ReLU's output on an image's background does, a level that such a value shares with its neighbours
 * costs more than all clipped values. So on the first ReLU of a digits network 8 bits reach 27 dB (least
 * squares: 45); NVIDIA's own code, on the same histogram, clips further, to 11 dB.
 */
export const klRange: Finder = (samples, format) => {
  const { min, max } = samples;
  const oneSign = !format.symmetric && (min >= 0 || max <= 0);
  const levels = 2 ** (oneSign ? format.bits : format.bits - 1);
  const { counts, width } = sizeCounts(samples);
  let [best, least] = [counts.length, Number.POSITIVE_INFINITY];
  const isFew = counts.reduce((sum, count) => sum + count, 0) < counts.length;
  let filled = 0;
  for (let end = 1; end <= counts.length; end++) {
    if (counts[end - 1]! > 0) filled++;
    // The threshold is no lower than NVIDIA's 128 of 2048 bins. Where each filled bin can have a level of its
    // own, the divergence is 0 whatever is clipped: pixels of 17 values, or nine weights, would lose all but
    // their smallest.
    if (end < counts.length / 16 || filled <= levels) continue;
    // A threshold in the gap after a filled bin clips the same values: few weights need few thresholds.
    if (isFew && counts[end - 1] === 0 && end < counts.length) continue;
    const nats = divergence(counts, 0, end, levels);
    if (nats < least) [best, least] = [end, nats];
  }
  const threshold = best * width;
  return coveringRange(format, { min: Math.max(min, -threshold), max: Math.min(max, threshold) });
};

/**
 * How often each size occurred, in bins of a width that is a power of two, as the histogram's are. Zeros don't
 * count, as in NVIDIA's later calibrators: half of a ReLU's outputs would outweigh all else.
 */
function sizeCounts({
  values,
  counts,
  min,
  max,
  bins: binCount = Number.POSITIVE_INFINITY,
}: Samples): {
  counts: Float64Array;
  width: number;
} {
  const largest = Math.max(-min, max);
  if (largest === 0) return { counts: new Float64Array(1), width: 0 };
  const most = Math.min(mostBins, binCount / 2);
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
 * @param end the bin after the last bin of the part
 * @param levels how many levels
 * @throws RangeError if the part doesn't lie in the histogram, or has fewer bins than levels
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

/** The count that smoothing gives to empty bins. */
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

/** Gives empty bins a small count, and takes it from the others; returns `false` if the others have too little. */
function smooth(bins: Float64Array): boolean {
  let filled = 0;
  for (let i = 0; i < bins.length; i++) if (bins[i]! > 0) filled++;
  const taken = (epsilon * (bins.length - filled)) / filled;
  if (filled === 0 || taken >= 1) return false;
  for (let i = 0; i < bins.length; i++) bins[i]! += bins[i]! > 0 ? -taken : epsilon;
  return true;
}

/**
 * @internal
 * The least divergence of distributions, as in TensorRT. Where a single value occurs often, this method clips
 * far.
 */
export const kl: MethodDefinition = { options: [], make: () => onHistogram(klRange) };
