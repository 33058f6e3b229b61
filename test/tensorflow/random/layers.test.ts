import { describe, expect, it } from "vitest";
import type { Layer } from "../../../src/graph/topology.js";
import * as q from "../../../src/index.js";
import { withDraws } from "../../../src/tensorflow/random/draws.js";
import { withStatelessLayers } from "../../../src/tensorflow/random/layers.js";
import { isNative } from "../../../src/tensorflow/tf.js";

const { tf } = q;
const { layers } = tf;
type Input = q.tf.Tensor | q.tf.Tensor[];

/** The outputs of a layer in one step. */
function inStep(layer: Layer, x: Input, step: number, training = true): q.tf.Tensor {
  return withStatelessLayers(() =>
    withDraws(
      { seed: 1, step: tf.scalar(step, "int32") },
      () => layer.apply(x, { training }) as q.tf.Tensor,
    ),
  );
}

const mean = (x: q.tf.Tensor) => x.mean().dataSync()[0]!;
const values = (x: q.tf.Tensor) => Array.from(x.dataSync());
const count = 250_000;

describe("without a graph, layers in training", () => {
  const x = tf.ones([500, 500]);

  it.each([0.1, 0.5, 0.9])("dropout of rate %s keeps its share and the expectation", (rate) => {
    tf.tidy(() => {
      const y = inStep(layers.dropout({ rate }), x, 0);
      const error = Math.sqrt((rate * (1 - rate)) / count);
      expect(Math.abs(mean(y.greater(0).cast("float32")) - (1 - rate))).toBeLessThan(4 * error);
      expect(Math.abs(mean(y) - 1)).toBeLessThan((4 * error) / (1 - rate));
      expect(y.max().dataSync()[0]).toBeCloseTo(1 / (1 - rate), 5);
      expect(y.min().dataSync()[0]).toBe(0);
    });
  });

  it("gaussian noise and dropout have their mean and deviation", () => {
    tf.tidy(() => {
      const cases: [Layer, number][] = [
        [layers.gaussianNoise({ stddev: 0.3 }), 0.3],
        // √(rate/(1 − rate)), Srivastava et al. 2014, section 10
        [layers.gaussianDropout({ rate: 0.2 }), 0.5],
      ];
      for (const [layer, deviation] of cases) {
        const y = inStep(layer, x, 0);
        expect(Math.abs(mean(y) - 1)).toBeLessThan((4 * deviation) / Math.sqrt(count));
        const variance = mean(y.sub(1).square());
        const error = deviation ** 2 * Math.sqrt(2 / count);
        expect(Math.abs(variance - deviation ** 2)).toBeLessThan(4 * error);
      }
    });
  });

  it.each([
    ["dropout", () => layers.dropout({ rate: 0.3 })],
    ["alpha dropout", () => layers.alphaDropout({ rate: 0.3 })],
  ] as const)("%s makes the same two values as tfjs, as often", (_, make) => {
    tf.tidy(() => {
      const layer = make();
      const one = tf.fill([500, 500], 0.7);
      const own = layer.apply(one, { training: true }) as q.tf.Tensor;
      const drawn = inStep(layer, one, 0);
      const [low, high] = [drawn.min().dataSync()[0]!, drawn.max().dataSync()[0]!];
      expect(low).toBeCloseTo(own.min().dataSync()[0]!, 6);
      expect(high).toBeCloseTo(own.max().dataSync()[0]!, 6);
      expect(new Set(values(drawn)).size).toBe(2);
      // Two independent estimates; seven standard errors, since tfjs's own numbers differ each time.
      const error = (Math.abs(high - low) * Math.sqrt(0.3 * 0.7)) / Math.sqrt(count);
      expect(Math.abs(mean(drawn) - mean(own))).toBeLessThan(7 * Math.SQRT2 * error);
    });
  });

  it("a noise shape shares the mask, with lengths of the input's where it has null", () => {
    tf.tidy(() => {
      const x = tf.ones([6, 20, 8]);
      const spatial = layers.spatialDropout1d({ rate: 0.5 });
      const shaped = layers.dropout({ rate: 0.5, noiseShape: [null as never, 1, 8] });
      const alpha = layers.alphaDropout({ rate: 0.5, noiseShape: [6, 1, 8] });
      for (const layer of [spatial, shaped, alpha]) {
        const y = inStep(layer, x, 0);
        expect(y.shape).toEqual([6, 20, 8]);
        expect(y.max(1).sub(y.min(1)).abs().max().dataSync()[0]).toBe(0);
        expect(new Set(values(y)).size).toBe(2);
      }
    });
  });
});

const drawing: [string, () => Layer, number[]][] = [
  ["dropout", () => layers.dropout({ rate: 0.5 }), [4, 6]],
  ["dropout with a seed", () => layers.dropout({ rate: 0.5, seed: 3 }), [4, 6]],
  ["spatial dropout", () => layers.spatialDropout1d({ rate: 0.5 }), [4, 5, 6]],
  ["gaussian noise", () => layers.gaussianNoise({ stddev: 1 }), [4, 6]],
  ["gaussian dropout", () => layers.gaussianDropout({ rate: 0.5 }), [4, 6]],
  ["alpha dropout", () => layers.alphaDropout({ rate: 0.5 }), [4, 6]],
  ...(["simpleRNN", "lstm", "gru"] as const).flatMap((kind): typeof drawing => [
    [`${kind}'s dropout`, () => layers[kind]({ units: 9, dropout: 0.5 }), [4, 5, 6]],
    [
      `${kind}'s recurrent dropout`,
      () => layers[kind]({ units: 9, recurrentDropout: 0.5 }),
      [4, 5, 6],
    ],
  ]),
  [
    "a bidirectional layer",
    () =>
      layers.bidirectional({
        layer: layers.lstm({ units: 9, dropout: 0.5 }) as never,
        mergeMode: "concat",
      }),
    [4, 5, 6],
  ],
  [
    "convLstm2d's dropout",
    () => layers.convLstm2d({ filters: 2, kernelSize: 3, dropout: 0.5 }),
    [2, 3, 6, 6, 1],
  ],
];

describe.each(drawing)("%s", (_, make, shape) => {
  const x = q.random.uniform(shape, { min: 1, max: 2, seed: 1 });

  it("draws anew in each step, and the same in the same step", { tags: "slow" }, () => {
    tf.tidy(() => {
      const layer = make();
      const steps = [0, 1, 2, 0, 1].map((step) => values(inStep(layer, x, step)));
      expect(steps[3]).toEqual(steps[0]);
      expect(steps[4]).toEqual(steps[1]);
      expect(steps[1]).not.toEqual(steps[0]);
      expect(steps[2]).not.toEqual(steps[1]);
    });
  });

  it("draws the same after it was saved, where options that weren't given are null", async () => {
    const input = tf.input({ shape: shape.slice(1) });
    const model = tf.model({ inputs: input, outputs: make().apply(input) as never });
    const file = JSON.parse(model.toJSON() as unknown as string);
    const loaded = await tf.models.modelFromJSON({ modelTopology: file });
    loaded.setWeights(model.getWeights());
    tf.tidy(() => {
      const drawn = [model, loaded].map(({ layers }) => values(inStep(layers[1]!, x, 4)));
      expect(drawn[1]).toEqual(drawn[0]);
    });
    for (const each of [model, loaded]) each.dispose();
  });

  it("gives the same as tfjs in inference", () => {
    tf.tidy(() => {
      const layer = make();
      const expected = values(layer.apply(x) as q.tf.Tensor);
      expect(values(inStep(layer, x, 0, false))).toEqual(expected);
    });
  });

  it("leaves no tensor behind, and gradients flow through it", { tags: "slow" }, () => {
    const layer = make();
    const step = () =>
      tf.tidy(() => {
        const gradient = tf.grad((x) => inStep(layer, x, 0))(x);
        return values(gradient.abs().max())[0];
      });
    expect(step()).toBeGreaterThan(0);
    const { numTensors, numBytes } = tf.memory();
    for (let i = 0; i < 5; i++) step();
    expect(tf.memory()).toMatchObject({ numTensors, numBytes });
  });

  it.skipIf(!isNative)("draws in a graph what it draws eagerly", { tags: "slow" }, () => {
    const layer = make();
    tf.dispose(layer.apply(x) as q.tf.Tensor);
    const run = (x: q.tf.Tensor, step: q.tf.Tensor) =>
      withStatelessLayers(() =>
        withDraws(
          { seed: 1, step: step as q.tf.Scalar },
          () => layer.apply(x, { training: true }) as q.tf.Tensor,
        ),
      );
    const compiled = q.compile(run, { rewrite: false });
    for (let step = 0; step < 4; step++) {
      tf.tidy(() => {
        const given = tf.scalar(step, "int32");
        expect(values(compiled(x, given))).toEqual(values(tf.tidy(() => run(x, given))));
      });
    }
    compiled.dispose();
  });
});

describe("seeds and classes", () => {
  it("layers of the same seed draw alike, others don't, and tfjs's own draw is another", () => {
    tf.tidy(() => {
      const x = tf.ones([4, 50]);
      const make = (seed?: number) => layers.dropout({ rate: 0.5, seed });
      const masks = [make(3), make(3), make(4), make()].map((layer) => values(inStep(layer, x, 2)));
      expect(masks[1]).toEqual(masks[0]);
      expect(masks[2]).not.toEqual(masks[0]);
      expect(masks[3]).not.toEqual(masks[0]);
      const own = () => values(make(3).apply(x, { training: true }) as q.tf.Tensor);
      expect(own()).toEqual(own());
    });
  });

  it("classes are as they were afterwards, also after an error", () => {
    const instances = () => drawing.map(([, make]) => make());
    const before = instances().map((layer) => layer.call);
    const cell = Object.getPrototypeOf(layers.lstmCell({ units: 1 }));
    const { call } = cell;
    expect(() =>
      withStatelessLayers(() => {
        expect(instances()[0]!.call).not.toBe(before[0]);
        withStatelessLayers(() => expect(cell.call).not.toBe(call));
        expect(cell.call).not.toBe(call);
        throw new Error("stop");
      }),
    ).toThrow("stop");
    expect(instances().map((layer) => layer.call)).toEqual(before);
    expect(cell.call).toBe(call);
  });

  it("a cell's own dropout function stays its own", () => {
    tf.tidy(() => {
      const zeros = (x: q.tf.Tensor) => tf.zerosLike(x);
      const layer = layers.simpleRNN({ units: 2, dropout: 0.5, dropoutFunc: zeros } as never);
      const y = inStep(layer, tf.ones([1, 3, 2]), 0);
      expect(values(y)).toEqual([0, 0]);
    });
  });

  it("inputs that tfjs refuses are still refused by it", () => {
    const [a, b] = [tf.ones([2]), tf.ones([2])];
    const layer = layers.dropout({ rate: 0.5 });
    expect(() => inStep(layer, [a, b], 0)).toThrow(/Expected Tensor length to be 1; got 2/);
    tf.dispose([a, b]);
  });
});
