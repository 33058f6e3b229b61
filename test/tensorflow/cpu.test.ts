import { createHash } from "node:crypto";
import { afterAll, describe, expect, it, vi } from "vitest";
import { generator } from "../fixtures/generator.js";
import golden from "../golden/fake_quant.json" with { type: "json" };

const warn = vi.hoisted(() => {
  process.env.QATLAB_BACKEND = "cpu";
  const messages: string[] = [];
  console.warn = (...words: unknown[]) => void messages.push(words.join(" "));
  return messages;
});

import * as q from "../../src/index.js";
import { fakeQuant } from "../../src/tensorflow/index.js";
import { cases, checkDilated } from "./gradients/dilated.js";

const { tf } = q;

afterAll(() => {
  delete process.env.QATLAB_BACKEND;
});

describe("without native TensorFlow", () => {
  it("the library says once what computes instead, and what to do", () => {
    expect(warn).toHaveLength(1);
    expect(warn[0]).toMatch(
      /native TensorFlow isn't used \(QATLAB_BACKEND is cpu\).*npx qatlab setup/,
    );
    expect(q.environment()).toMatchObject({ backend: "cpu", tensorflow: null, threads: 1 });
  });

  it.each(cases)(
    "dilated and causal convolutions train: $layer, kernel $kernel, dilation $dilation, $padding",
    checkDilated,
  );

  it("fake quantization is still TensorFlow's, bit for bit", { tags: "slow" }, () => {
    for (const { bits, narrowRange, per, seed, forward } of golden.cases) {
      tf.tidy(() => {
        const random = generator(seed);
        const { rows, channels } = golden;
        const draw = (count: number, low: number, high: number) =>
          Float32Array.from({ length: count }, () => low + random() * (high - low));
        const x = tf.tensor2d(draw(rows * channels, -4, 4), [rows, channels]);
        draw(rows * channels, -1, 1);
        const shape = per === "channel" ? [channels] : [];
        const count = per === "channel" ? channels : 1;
        const min = tf.tensor(draw(count, -3, 0), shape);
        const max = tf.tensor(draw(count, 0, 3), shape);
        const y = fakeQuant(x, min, max, { bits, narrowRange });
        const bytes = Float32Array.from(y.dataSync(), (value) => value + 0);
        expect(createHash("sha256").update(Buffer.from(bytes.buffer)).digest("hex")).toBe(forward);
      });
    }
  });

  it("q.compile repeats a function without running it, and draws as a graph would", () => {
    const before = warn.length;
    let runs = 0;
    const make = () =>
      q.compile((x: q.tf.Tensor) => {
        runs++;
        return q.random.uniform([3]).mul(0).add(x.square());
      });
    const [first, second] = [make(), make()];
    for (const compiled of [first, second, first, first, first]) {
      expect([...compiled(tf.tensor1d([1, 2, 3])).dataSync()]).toEqual([1, 4, 9]);
    }
    expect(runs).toBe(3);
    expect(warn).toHaveLength(before);
    first.dispose();
    const noise = () => q.compile(() => q.random.uniform([3]), { seed: 5 });
    const [a, b] = [noise(), noise()];
    const draws = [a(), a(), b(), b()].map((draw) => [...draw.dataSync()]);
    expect(draws.slice(2)).toEqual(draws.slice(0, 2));
    expect(draws[1]).not.toEqual(draws[0]);
  });

  it("a model trains, in float and quantized", { tags: "slow" }, async () => {
    const { train } = await q.datasets.digits();
    const data = train.take(32);
    const model = q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 1 });
    const scheme = q.scheme({ weights: q.int(4, { per: "channel" }), activations: q.uint(4) });
    const qat = await q.prepare(model, scheme, { calibration: data });
    for (const one of [model, qat]) {
      const history = await q.fit(one, data, { epochs: 3, batchSize: 16, progress: false });
      expect(history[2]!.loss).toBeLessThan(history[0]!.loss);
    }
  });
});
