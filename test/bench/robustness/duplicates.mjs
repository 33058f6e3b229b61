import * as q from "../../../dist/index.js";

const { tf } = q;
/** Seconds, and bytes beside those of the examples themselves. */
const goals = { seconds: 60, bytes: 1e9 };
const count = 60_000;
const planted = 300;
const side = 28;

/**
 * Near duplicates among 60,000 images: MNIST's test images, each shifted by up to two pixels in six ways, with 300 copies
 * among them that have noise of six strengths. `QATLAB_MIRROR` may name a folder with MNIST's files.
 *
 * @returns {Promise<boolean>} whether the goals were reached, and all planted pairs within the distance found
 */
export async function duplicates() {
  const parts = await q.datasets.mnist();
  const all = tf.tidy(
    () => /** @type {q.tf.Tensor} */ (tf.concat([parts.train.xs, parts.test.xs])),
  );
  const images = /** @type {Float32Array} */ (all.dataSync());
  const size = side * side;
  const originals = Math.min(10_000, images.length / size);
  const values = new Float32Array(count * size);
  const ways = [
    [0, 0],
    [1, 1],
    [-1, 2],
    [2, -1],
    [-2, -2],
    [0, 2],
  ];
  for (let i = 0; i < count; i++) {
    const [down = 0, right = 0] = ways[Math.floor(i / originals)] ?? [];
    const from = images.subarray((i % originals) * size, ((i % originals) + 1) * size);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const [row, column] = [y - down, x - right];
        const inside = row >= 0 && row < side && column >= 0 && column < side;
        values[i * size + y * side + x] = inside ? (from[row * side + column] ?? 0) : 0;
      }
    }
  }
  const noise = q.random.normal([planted, size], { seed: 18 }).dataSync();
  /** @type {Map<string, number>} */
  const pairs = new Map();
  for (let k = 0; k < planted; k++) {
    const [a, b] = [k * 97, count - 1 - k * 53];
    let square = 0;
    for (let j = 0; j < size; j++) {
      const moved = 0.01 * (k % 6) * (noise[k * size + j] ?? 0);
      const value = Math.min(1, Math.max(0, (values[a * size + j] ?? 0) + moved));
      square += (value - (values[a * size + j] ?? 0)) ** 2;
      values[b * size + j] = value;
    }
    pairs.set(`${a} ${b}`, Math.sqrt(square));
  }
  const data = q.dataset(tf.tensor4d(values, [count, side, side, 1]), new Array(count).fill(0), {
    classes: 10,
  });
  tf.dispose([all, parts.train.xs, parts.test.xs]);
  const before = process.memoryUsage.rss();
  let most = before;
  const start = performance.now();
  // (The search is one call: its peak is what the system says afterwards.)
  const found = q.provenance.duplicates({ data });
  const seconds = (performance.now() - start) / 1000;
  most = Math.max(process.resourceUsage().maxRSS * 1024, process.memoryUsage.rss());
  const got = new Set(found.rows.map((row) => `${row.example} ${row["other example"]}`));
  const reachable = [...pairs].filter(([, distance]) => distance <= found.within);
  const recalled = reachable.filter(([pair]) => got.has(pair)).length;
  console.log(
    `  ${count} images: ${seconds.toFixed(1)} s; ${((most - before) / 1e6).toFixed(0)} MB more than before; ${found}`,
  );
  console.log(
    `  of ${planted} planted pairs ${reachable.length} are at most ${found.within.toFixed(2)} apart: ${recalled} of them were found`,
  );
  const reached = seconds < goals.seconds && most - before < goals.bytes;
  if (!reached) console.log(`missed: under ${goals.seconds} s and ${goals.bytes / 1e6} MB`);
  return reached && recalled === reachable.length;
}
