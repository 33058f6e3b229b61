import fc from "fast-check";
import * as q from "../../src/index.js";
import { generator } from "../fixtures/generator.js";

const { tf } = q;
const { layers } = tf;
export type Layer = InstanceType<typeof layers.Layer>;
type Symbolic = q.tf.SymbolicTensor;
type Config = ReturnType<Layer["getConfig"]>;

/** Every value has so many channels, so that all blocks fit behind each other. */
const width = 4;
const examples = 6;

class Forgetful extends layers.Layer {
  static readonly className: string = "Forgetful";
  readonly factor: number;
  constructor({ factor = 1, ...config }: { factor?: number; name?: string } = {}) {
    super(config);
    this.factor = factor;
    this.supportsMasking = true;
  }
  override call(inputs: q.tf.Tensor | q.tf.Tensor[]): q.tf.Tensor {
    return [inputs].flat()[0]!.mul(this.factor);
  }
  override computeOutputShape(shape: q.tf.Shape): q.tf.Shape {
    return shape;
  }
}

class Mindful extends Forgetful {
  static override readonly className = "Mindful";
  override getConfig(): Config {
    return { ...super.getConfig(), factor: this.factor };
  }
}

for (const type of [Forgetful, Mindful]) {
  tf.serialization.registerClass(type as never);
  q.registerLayer(type.className, { role: "computes" });
}

const simple = ["dense", "relu", "norm", "dropout", "mindful"] as const;
const blocks = [...simple, "dense", "nested", "shared", "residual", "forgetful"] as const;
type Block = (typeof blocks)[number];

/** The properties from which a model is generated. */
export interface Blueprint {
  kind: "vector" | "channelsFirst" | "channelsLast" | "sequence";
  body: Block[];
  /** Blocks of the models inside, which have equal names. */
  inside: (typeof simple)[number][];
  masked: "no" | "here" | "inside";
  twoInputs: boolean;
  twoOutputs: boolean;
  frozen: "nothing" | "a weight" | "a layer" | "base" | "model";
  loaded: boolean;
  seed: number;
}

/** Blueprints of models that `q.prepare` takes, except for those with a layer that forgets an option. */
export const blueprint: fc.Arbitrary<Blueprint> = fc.record({
  kind: fc.constantFrom("vector", "channelsFirst", "channelsLast", "sequence"),
  body: fc.array(fc.constantFrom(...blocks), { minLength: 1, maxLength: 5 }),
  inside: fc.array(fc.constantFrom(...simple), { minLength: 1, maxLength: 3 }),
  masked: fc.constantFrom("no", "here", "inside"),
  twoInputs: fc.boolean(),
  twoOutputs: fc.boolean(),
  frozen: fc.constantFrom("nothing", "a weight", "a layer", "base", "model"),
  loaded: fc.boolean(),
  seed: fc.integer({ min: 1, max: 1e6 }),
});

/** The model of a blueprint, with examples of its inputs. */
export async function build(
  plan: Blueprint,
): Promise<{ model: q.tf.LayersModel; inputs: q.tf.Tensor[] }> {
  const random = generator(plan.seed);
  const { kind } = plan;
  const shape = {
    vector: [width],
    sequence: [5, width],
    channelsFirst: [width, 3, 3],
    channelsLast: [3, 3, width],
  }[kind];
  const axis = kind === "channelsFirst" ? 1 : -1;
  const dataFormat = kind === "channelsFirst" ? kind : "channelsLast";

  const dense = (name: string, options = {}): Layer => {
    if (kind === "vector") return layers.dense({ name, units: width, ...options });
    if (kind !== "sequence") {
      const window = { kernelSize: 2, padding: "same", dataFormat } as const;
      return layers.conv2d({ name, filters: width, ...window, ...options });
    }
    if (plan.seed % 3 === 0)
      return layers.gru({ name, units: width, returnSequences: true, ...options });
    const layer = layers.dense({ name: `${name}_step`, units: width });
    return plan.seed % 3 === 1
      ? layers.timeDistributed({ name, layer, ...options })
      : layers.dense({ name, units: width, ...options });
  };
  const make = (block: (typeof simple)[number], name: string, options = {}): Layer => {
    if (block === "dense") return dense(name, options);
    if (block === "relu") return layers.reLU({ name, ...options });
    if (block === "norm") return layers.batchNormalization({ name, axis, ...options });
    if (block === "dropout") return layers.dropout({ name, rate: 0.3, ...options });
    return new Mindful({ name, factor: 1.5, ...options });
  };
  const nested = (name: string): q.tf.LayersModel => {
    const list = plan.inside.map((block, i) =>
      make(block, `inner${i}`, i === 0 ? { inputShape: shape } : {}),
    );
    const masks = plan.masked === "inside" && kind === "sequence" && plan.seed % 2 === 0;
    if (masks) list.push(layers.masking({ name: "mask", maskValue: 0 }));
    return tf.sequential({ name, layers: list });
  };
  const add = (a: Symbolic, b: Symbolic, name: string) =>
    layers.add({ name }).apply([a, b]) as Symbolic;

  const symbols = [tf.input({ shape, name: "values" })];
  if (plan.twoInputs) symbols.push(tf.input({ shape, name: "others" }));
  let x = symbols[0]!;
  // tfjs adds no masked values to others.
  if (symbols[1]) x = add(x, symbols[1], "sum");
  if (kind === "sequence" && plan.masked === "here") {
    x = layers.masking({ name: "mask", maskValue: 0 }).apply(x) as Symbolic;
  }
  const sums = kind !== "sequence" || plan.masked === "no";
  plan.body.forEach((chosen, i) => {
    const block = chosen === "residual" && !sums ? "dense" : chosen;
    const name = `${block}${i}`;
    if (block === "nested") x = nested(name).apply(x) as Symbolic;
    else if (block === "forgetful") x = new Forgetful({ name, factor: 2 }).apply(x) as Symbolic;
    else if (block === "shared") {
      const layer = dense(name);
      x = layer.apply(layer.apply(x)) as Symbolic;
    } else if (block === "residual") x = add(x, dense(`${name}_branch`).apply(x) as Symbolic, name);
    else x = make(block, name).apply(x) as Symbolic;
  });
  if (kind === "sequence") {
    const last = layers.lstm({ name: "last", units: width });
    if (plan.masked === "no" && plan.seed % 2 === 0) {
      const state = layers.flatten({ name: "first" }).apply(x);
      const states = ["h", "c"].map((name) => layers.dense({ name, units: width }).apply(state));
      x = last.apply(x, { initialState: states as never }) as Symbolic;
    } else x = last.apply(x) as Symbolic;
  } else if (kind !== "vector")
    x = layers.flatten({ name: "flat", dataFormat }).apply(x) as Symbolic;
  const heads = plan.twoOutputs ? ["head", "second"] : ["head"];
  const outputs = heads.map((name, i) => layers.dense({ name, units: 2 + i }).apply(x) as Symbolic);
  let model = tf.model({ name: "generated", inputs: symbols, outputs });
  fill(model, random);
  // tfjs doesn't save weights of equal names.
  const towers = plan.body.filter((block) => block === "nested").length;
  if (plan.loaded && towers < 2) model = await loaded(model);
  freeze(model, plan, random);
  const inputs = symbols.map(() => {
    const values = Array.from({ length: examples * 5 * 9 * width }, () => 2 * random() - 1);
    const size = shape.reduce((a, b) => a * b, examples);
    const xs = tf.tensor(values.slice(0, size), [examples, ...shape]);
    if (kind !== "sequence") return xs;
    // The last two steps are padding.
    return tf.tidy(() => {
      const padded = xs.mul(tf.range(0, 5).less(3).toFloat().reshape([1, 5, 1]));
      xs.dispose();
      return padded;
    });
  });
  return { model, inputs };
}

function fill(model: q.tf.LayersModel, random: () => number): void {
  tf.tidy(() =>
    model.setWeights(
      model.weights.map(({ shape, name }) => {
        const size = (shape as number[]).reduce((a, b) => a * b, 1);
        const positive = /variance|gamma/.test(name);
        const values = Array.from({ length: size }, () => (positive ? 0.5 : -0.5) + random());
        return tf.tensor(values, shape as number[]);
      }),
    ),
  );
}

function freeze(model: q.tf.LayersModel, { frozen }: Blueprint, random: () => number): void {
  const pick = <T>(list: T[]): T | undefined => list[Math.floor(random() * list.length)];
  const inside = model.layers.filter((layer) => layer instanceof tf.LayersModel);
  if (frozen === "model") model.trainable = false;
  const layer = frozen === "base" ? pick(inside) : pick(model.layers);
  if (layer && (frozen === "a layer" || frozen === "base")) layer.trainable = false;
  const weight = frozen === "a weight" ? pick(model.weights) : undefined;
  if (weight && !/moving/.test(weight.name)) weight.trainable = false;
}

/** The model, saved and loaded again. */
async function loaded(model: q.tf.LayersModel): Promise<q.tf.LayersModel> {
  let saved: unknown;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
    }),
  );
  model.dispose();
  return tf.loadLayersModel(tf.io.fromMemory(saved as never));
}
