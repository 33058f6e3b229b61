import seedrandom from "seedrandom";
import { tf } from "../tensorflow/index.js";

/** @internal Two vectors that lie near each other. */
export interface NearPair {
  a: number;
  b: number;
  distance: number;
}

/** How many directions tell most vectors apart. */
const directions = 16;
/** How many vectors the directions are found from. */
const sampled = 2000;

/**
 * @internal
 * All pairs of vectors that are at most a distance apart, up to `most` pairs, in memory that grows with the number of
 * vectors only. Distances along orthonormal directions are at most the whole distance, so that a pair is given up as soon
 * as they exceed it: vectors are sorted along the direction in which they differ most, and compared with those that follow within reach.
 *
 * @param values all vectors, one after the other
 * @param each how many values a vector has
 */
export function nearPairs(
  values: Float32Array,
  each: number,
  { within, most }: { within: number; most: number },
): { pairs: NearPair[]; complete: boolean } {
  const count = values.length / each;
  const { coarse, width } = projected(values, each);
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  order.sort((a, b) => coarse[a * width]! - coarse[b * width]!);
  // Neighbours in the order stand next to each other in memory.
  const sorted = new Float32Array(coarse.length);
  order.forEach((from, to) => {
    sorted.set(coarse.subarray(from * width, (from + 1) * width), to * width);
  });
  // Sums in float32 have errors; a little slack loses no pair.
  const limit = within ** 2 * (1 + 1e-5) + 1e-9;
  const pairs: NearPair[] = [];
  for (let i = 0; i < count; i++) {
    const own = i * width;
    for (let j = i + 1; j < count; j++) {
      const other = j * width;
      let sum = (sorted[other]! - sorted[own]!) ** 2;
      if (sum > limit) break;
      for (let d = 1; d < width && sum <= limit; d++) {
        sum += (sorted[other + d]! - sorted[own + d]!) ** 2;
      }
      if (sum > limit) continue;
      const [a, b] = [Math.min(order[i]!, order[j]!), Math.max(order[i]!, order[j]!)];
      const distance = distanceOf(values, each, a, b, within);
      if (distance > within) continue;
      if (pairs.length === most) return { pairs, complete: false };
      pairs.push({ a, b, distance });
    }
  }
  return { pairs: pairs.sort((p, q) => p.distance - q.distance || p.a - q.a), complete: true };
}

function distanceOf(values: Float32Array, each: number, a: number, b: number, within: number) {
  const limit = within ** 2;
  let sum = 0;
  for (let k = 0; k < each && sum <= limit; k++) {
    sum += (values[a * each + k]! - values[b * each + k]!) ** 2;
  }
  return Math.sqrt(sum);
}

/** The vectors along the directions in which a sample of them differs most, the largest first (subspace iteration). */
function projected(values: Float32Array, each: number): { coarse: Float32Array; width: number } {
  const count = values.length / each;
  const width = Math.min(directions, each);
  const random = seedrandom.alea("directions");
  const step = Math.max(1, Math.floor(count / sampled));
  return tf.tidy(() => {
    const rows = Int32Array.from({ length: Math.min(count, sampled) }, (_, i) => i * step);
    const sample = tf.tensor2d(
      Float32Array.from(
        { length: rows.length * each },
        (_, i) => values[rows[Math.floor(i / each)]! * each + (i % each)]!,
      ),
      [rows.length, each],
    );
    const centred = sample.sub(sample.mean(0));
    let basis = orthonormal(
      Float64Array.from({ length: each * width }, () => random() - 0.5),
      each,
      width,
    );
    for (let round = 0; round < 6; round++) {
      const next = tf.matMul(
        centred,
        tf.matMul(centred, tf.tensor2d(Float32Array.from(basis), [each, width])),
        true,
      );
      basis = orthonormal(Float64Array.from(next.dataSync()), each, width);
    }
    const axes = tf.tensor2d(Float32Array.from(basis), [each, width]);
    const coarse = new Float32Array(count * width);
    for (let start = 0; start < count; start += 4096) {
      const some = Math.min(4096, count - start);
      const part = values.subarray(start * each, (start + some) * each);
      coarse.set(
        tf.tidy(() => tf.matMul(tf.tensor2d(part, [some, each]), axes).dataSync()) as never,
        start * width,
      );
    }
    return { coarse, width } as never;
  }) as unknown as { coarse: Float32Array; width: number };
}

/** Columns made orthonormal one after the other, twice for accuracy (Gram and Schmidt). */
function orthonormal(matrix: Float64Array, rows: number, columns: number): Float64Array {
  for (let pass = 0; pass < 2; pass++) {
    for (let c = 0; c < columns; c++) {
      for (let before = 0; before < c; before++) {
        let product = 0;
        for (let r = 0; r < rows; r++)
          product += matrix[r * columns + c]! * matrix[r * columns + before]!;
        for (let r = 0; r < rows; r++)
          matrix[r * columns + c]! -= product * matrix[r * columns + before]!;
      }
      let norm = 0;
      for (let r = 0; r < rows; r++) norm += matrix[r * columns + c]! ** 2;
      // A direction in which nothing differs is left out: distances along it are 0.
      const factor = norm > 1e-20 ? 1 / Math.sqrt(norm) : 0;
      for (let r = 0; r < rows; r++) matrix[r * columns + c]! *= factor;
    }
  }
  return matrix;
}
