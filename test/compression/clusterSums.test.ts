import { expect, it } from "vitest";
import { ClusterSums } from "../../src/compression/clusterSums.js";
import { tf } from "../../src/tensorflow/tf.js";
import { generator } from "../fixtures/generator.js";

it("sums over clusters are those of a loop, also of clusters longer than a row", () => {
  const [random, size, count] = [generator(1), 2000, 5];
  const values = Float32Array.from({ length: size }, () => 2 * random() - 1);
  // Half of them in the first cluster, one in the last.
  const members = Int32Array.from({ length: size }, (_, i) =>
    i === 7 ? 4 : i % 2 === 0 ? 0 : Math.floor(4 * random()),
  );
  const expected = new Float64Array(count);
  for (const [i, cluster] of members.entries()) expected[cluster]! += values[i]!;
  const held = tf.memory().numTensors;
  const sums = new ClusterSums(members, count);
  const found = tf.tidy(() => sums.of(tf.tensor2d(values, [40, 50])).dataSync() as never);
  expected.forEach((sum, i) => {
    expect(found[i]).toBeCloseTo(sum, 4);
  });
  sums.dispose();
  expect(tf.memory().numTensors).toBe(held);
});
