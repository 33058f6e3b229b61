import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as q from "../../src/index.js";
import { installHost } from "../fixtures/index.js";
import { Mixing } from "./mixing.js";
import { examples } from "./models.js";

const { tf } = q;
const { layers } = tf;
type Model = q.tf.LayersModel;
type Symbolic = q.tf.SymbolicTensor;

/** A layer with a kernel whose type no rule is about. */
class Unruled extends tf.layers.Layer {
  static readonly className = "Unruled";
  matrix!: q.tf.LayerVariable;

  override build(inputShape: q.tf.Shape | q.tf.Shape[]): void {
    const size = (inputShape as q.tf.Shape).at(-1)!;
    const glorot = tf.initializers.glorotUniform({ seed: 1 });
    this.matrix = this.addWeight("matrix", [size, size], "float32", glorot);
    super.build(inputShape);
  }

  override call(inputs: q.tf.Tensor | q.tf.Tensor[]): q.tf.Tensor {
    return tf.tidy(() =>
      tf.matMul([inputs].flat()[0] as q.tf.Tensor2D, this.matrix.read() as q.tf.Tensor2D),
    );
  }
}
tf.serialization.registerClass(Unruled);
// The rule names a kernel, and the layer's configuration has no constraint for it.
q.registerLayer("Mixing", { role: "computes", weights: { mix: { outputs: -2, inputs: -1 } } });

const shape = [6];
const chain = (...list: InstanceType<typeof layers.Layer>[]): Model => {
  const input = tf.input({ shape, name: "values" });
  const end = list.reduce<Symbolic>((x, layer) => layer.apply(x) as Symbolic, input);
  return tf.model({ inputs: input, outputs: end });
};
const dense = (name: string, options = {}) => layers.dense({ name, units: 6, ...options });
const logits = () => layers.dense({ name: "logits", units: 3 });
const data = () => examples({ name: "", shape, macs: {}, make: () => chain() });
const low = q.scheme({ weights: q.int(4), activations: q.uint(8) });

let warned: string[] = [];
beforeEach(() => {
  warned = [];
  vi.spyOn(console, "warn").mockImplementation((...text) => void warned.push(text.join(" ")));
});
afterEach(() => vi.restoreAllMocks());

/** The error of a call, which must come before a weight is made. */
async function refusal(run: () => unknown): Promise<string> {
  const { numTensors } = tf.memory();
  const built = vi.spyOn(tf.engine(), "makeVariable");
  let message = "";
  try {
    await run();
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    ({ message } = error as Error);
  }
  expect(message).not.toBe("");
  expect(built, message).not.toHaveBeenCalled();
  built.mockRestore();
  expect(tf.memory().numTensors).toBe(numTensors);
  return message;
}

describe("is refused before anything is built, with the layer and the way out:", () => {
  const bent = chain(
    dense("first", { activation: "tanh" }),
    layers.batchNormalization({ name: "norm" }),
    logits(),
  );

  it("equalization without two layers that a factor connects", async () => {
    expect(await refusal(() => q.ptq.equalize(bent))).toMatch(
      /^cannot equalize: a factor doesn't pass "first" \(Dense, tanh\) \(expected two layers/,
    );
    expect(await refusal(() => q.ptq.equalize(bent, { relu6: "replace" }))).toMatch(/"first"/);
  });

  it("the absorption of biases without batch normalization", async () => {
    const model = chain(dense("first", { activation: "relu" }), logits());
    expect(await refusal(() => q.ptq.equalize(model, { absorbBias: true }))).toMatch(
      /^cannot absorb biases: .* \(leave absorbBias out\)$/,
    );
  });

  it("SmoothQuant without two layers that a factor connects", async () => {
    const calibration = data();
    expect(await refusal(() => q.ptq.smoothQuant(bent, { calibration }))).toMatch(
      /^cannot smooth: a factor doesn't pass "first" \(Dense, tanh\)/,
    );
  });

  it("a rotation of odd channels, or behind nonlinearities", async () => {
    expect(await refusal(() => q.ptq.rotate(bent))).toMatch(/\(expected \{ online: true \}/);
    const odd = chain(layers.dense({ name: "odd", units: 5 }));
    const narrow = tf.sequential({ layers: [layers.dense({ units: 5, inputShape: [5] })] });
    expect(odd.layers).toHaveLength(2);
    expect(await refusal(() => q.ptq.rotate(narrow, { online: true }))).toMatch(
      /^cannot rotate "\w+" \(Dense, linear\): .* none adds up an even number of input channels/,
    );
  });

  it("dynamic quantization of layers that aren't there, keep states, or have several outputs", async () => {
    const dynamic = (model: Model, options: object) => () =>
      q.ptq.dynamic(model, q.scheme({ weights: q.int(8), activations: q.int(8), ...options }));
    const input = tf.input({ batchShape: [4, 5, 3] });
    const recurrent = (options: object) => {
      const made = layers.lstm({ name: "memory", units: 4, ...options }).apply(input);
      const [first] = [made].flat() as Symbolic[];
      return tf.model({ inputs: input, outputs: logits().apply(first!) as Symbolic });
    };
    const stateful = recurrent({ stateful: true });
    expect(await refusal(dynamic(stateful, {}))).toMatch(
      /^cannot quantize layer "memory" \(LSTM\): it keeps its state between batches \(expected/,
    );
    const several = recurrent({ returnState: true });
    expect(await refusal(dynamic(several, {}))).toMatch(
      /^cannot quantize layer "memory" \(LSTM\): it has several outputs \(expected/,
    );
  });

  it("pruning and clustering of a kernel that can't be constrained", async () => {
    const model = chain(
      dense("first"),
      new Mixing({ name: "mixed", units: 4, useOffset: false }),
      logits(),
    );
    const config = model.getLayer("mixed").getConfig();
    vi.spyOn(model.getLayer("mixed"), "getConfig").mockImplementation(() => {
      const { mixConstraint: _, ...others } = config;
      return others as never;
    });
    const expected =
      'cannot compress layer "mixed" (Mixing): its configuration has no mixConstraint (leave the layer out, as in { exclude: ["mixed"] })';
    expect(await refusal(() => q.compression.prune(model))).toBe(expected);
    expect(await refusal(() => q.compression.cluster(model))).toBe(expected);
    const foreign = chain(dense("first", { kernelConstraint: "nonNeg" }), logits());
    const constraint = /^cannot compress layer "first": its kernel has the constraint NonNeg/;
    expect(await refusal(() => q.compression.prune(foreign))).toMatch(constraint);
    expect(await refusal(() => q.compression.cluster(foreign))).toMatch(constraint);
  });

  it("pruning of clustered weights", async () => {
    const clustered = q.compression.cluster(chain(dense("first"), logits()), { bits: 1 });
    expect(await refusal(() => q.compression.prune(clustered))).toMatch(
      /^cannot prune layer "first": its weights are clustered/,
    );
  });

  it("a cost and a sensitivity of a layer without a rule", async () => {
    const model = chain(dense("first"), new Unruled({ name: "odd" }), logits());
    expect(await refusal(() => q.analysis.cost(model))).toMatch(
      /^cannot count layer "odd" \(Unruled\)/,
    );
    const calibration = data();
    expect(await refusal(() => q.analysis.sensitivity(model, low, calibration))).toMatch(
      /^cannot quantize layer "odd" \(Unruled\): there is no rule .* \(leave the layer in float/,
    );
  });

  it("AdaRound of a layer that is used on inputs of several shapes, and an analytic correction without statistics", async () => {
    const input = tf.input({ shape: [4, 4, 2] });
    const shared = layers.conv2d({ name: "shared", filters: 2, kernelSize: 2, strides: 2 });
    const flat = layers.flatten({}).apply(shared.apply(shared.apply(input))) as Symbolic;
    const model = tf.model({ inputs: input, outputs: logits().apply(flat) as Symbolic });
    const calibration = examples({ name: "", shape: [4, 4, 2], macs: {}, make: () => model });
    const quantized = await q.quantize(model, low, { calibration });
    expect(await refusal(() => q.ptq.adaround(model, quantized, { calibration }))).toMatch(
      /^cannot learn the rounding of layer "shared": it is used on inputs of the shapes/,
    );
    expect(await refusal(() => q.ptq.biasCorrection(model, quantized, { analytic: true }))).toMatch(
      /^cannot correct biases analytically: /,
    );
  });
});

describe("is named in a warning:", () => {
  it("each layer that equalization and SmoothQuant leave while they change others", async () => {
    const input = tf.input({ shape, name: "values" });
    const tied = dense("tied", { activation: "relu" });
    const first = dense("first", { activation: "relu" }).apply(dense("zeroth").apply(input));
    const twice = tied.apply(tied.apply(first)) as Symbolic;
    const model = tf.model({ inputs: input, outputs: logits().apply(twice) as Symbolic });
    const left = [
      '"first" (a factor doesn\'t pass "tied", which is used in 2 places)',
      '"tied" (a factor doesn\'t pass "tied", which is used in 2 places)',
    ].join(", ");
    q.ptq.equalize(model);
    q.ptq.equalize(model);
    // The same model is warned of once.
    expect(warned).toEqual([`equalize leaves the outputs of layers as they are: ${left}`]);
    await q.ptq.smoothQuant(model, { calibration: data() });
    expect(warned[1]).toBe(`smoothQuant leaves the outputs of layers as they are: ${left}`);
  });

  it("the same layers once in a notebook, whose cells build a network anew", () => {
    const make = () => chain(dense("first"), dense("second"), layers.reLU({}), logits());
    const { remove } = installHost();
    const told = vi.spyOn(console, "info").mockReturnValue();
    try {
      for (let seed = 0; seed < 3; seed++) q.ptq.rotate(make());
      expect(told).toHaveBeenCalledTimes(1);
      q.ptq.rotate(chain(dense("other"), dense("second"), layers.reLU({}), logits()));
      expect(told).toHaveBeenCalledTimes(2);
      expect(warned).toEqual([]);
    } finally {
      remove();
    }
    q.ptq.rotate(make());
    expect(warned).toHaveLength(1);
  });

  it("the first six of many layers that stay, and how many more there are", () => {
    const list = Array.from({ length: 9 }, (_, i) => [dense(`dense${i}`), layers.reLU({})]).flat();
    q.ptq.rotate(chain(dense("first"), ...list));
    expect(warned[0]).toMatch(/: ("\w+" \(Dense, linear\)(, | and )){6}3 more layers$/);
  });

  it("each layer that a rotation leaves", () => {
    const model = chain(dense("first"), dense("second"), layers.reLU({}), logits());
    q.ptq.rotate(model);
    expect(warned).toEqual([
      'rotate leaves the inputs of layers as they are ({ online: true } rotates more): "first" (Dense, linear), "logits" (Dense, linear)',
    ]);
    q.ptq.rotate(model, { online: true });
    expect(warned).toHaveLength(1);
  });

  it("each layer that the analytic correction leaves", async () => {
    const model = chain(
      dense("first"),
      layers.batchNormalization({}),
      layers.reLU({}),
      dense("second"),
      layers.reLU({}),
      logits(),
    );
    const calibration = data();
    const quantized = await q.quantize(model, low, { calibration });
    await q.ptq.biasCorrection(model, quantized, { analytic: true });
    expect(warned.at(-1)).toMatch(
      /^biasCorrection leaves biases .*: "first" \(Dense\), "logits" \(Dense\)$/,
    );
  });

  it("layers without a rule, by dynamic quantization, pruning, clustering and the Hessian's trace", async () => {
    const model = chain(dense("first"), new Unruled({ name: "odd" }), logits());
    const tasks: Record<string, () => unknown> = {
      "q.ptq.dynamic": () => q.ptq.dynamic(model, low),
      "q.compression.prune": () => q.compression.prune(model),
      "q.compression.cluster": () => q.compression.cluster(model),
      "q.analysis.hessianTrace": () => q.analysis.hessianTrace(model, data(), { samples: 2 }),
    };
    for (const [name, run] of Object.entries(tasks)) {
      warned = [];
      await run();
      expect(warned.join("\n")).toContain(
        `${name} leaves layers as they are, since there are no rules for their types: "odd" (Unruled) (make one, as in q.registerLayer("Unruled"`,
      );
    }
  });

  it("kernels that a pattern doesn't fit", () => {
    q.compression.prune(chain(dense("first"), layers.dense({ name: "last", units: 2 })), {
      pattern: "2:8",
    });
    expect(warned).toEqual([
      'q.compression.prune leaves kernels as they are, which have no 8 neighbours along a summed axis: "first" (Dense), "last" (Dense)',
    ]);
  });

  it("a stage of q.ptq.best that doesn't apply", { tags: "slow" }, async () => {
    const model = chain(dense("first", { activation: "tanh" }), logits());
    const validation = data();
    const { trials } = await q.ptq.best(model, low, validation, { calibration: validation });
    expect(trials.map(({ stage }) => stage)).not.toContain("+ equalize");
    expect(warned).toContainEqual(
      expect.stringMatching(/^q\.ptq\.best leaves "\+ equalize" out: cannot equalize: .*"first"/),
    );
  });
});
