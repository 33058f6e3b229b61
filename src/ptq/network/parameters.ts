import type { Layer } from "../../graph/index.js";
import {
  biasOf,
  type ChannelAxes,
  channelsIn,
  indexAlong,
  makingWeight,
  ruledWeights,
  ruleOf,
  weightAt,
} from "../../layers/index.js";
import { tf } from "../../tensorflow/index.js";

/** A weight in float64, to be changed and written back. */
export class Values {
  readonly shape: number[];
  readonly values: Float64Array;
  /** The input channel of each number; empty if the weight has no axis of input channels. */
  readonly inputOf: Int32Array;
  /** The output channel of each number. */
  readonly outputOf: Int32Array;
  /** How many input channels there are. */
  readonly inputs: number;
  /** How many output channels there are. */
  readonly outputs: number;
  readonly #variable: tf.LayerVariable;

  constructor(
    variable: tf.LayerVariable,
    { outputs, inputs }: { outputs: ChannelAxes; inputs?: number | undefined },
  ) {
    this.#variable = variable;
    this.shape = variable.shape as number[];
    this.values = Float64Array.from(variable.read().dataSync());
    this.inputOf = inputs === undefined ? new Int32Array(0) : indexAlong(this.shape, inputs);
    this.outputOf = indexAlong(this.shape, outputs);
    this.inputs = inputs === undefined ? 0 : this.shape.at(inputs)!;
    this.outputs = channelsIn(this.shape, outputs);
  }

  write(): void {
    tf.tidy(() => {
      this.#variable.write(tf.tensor(Float32Array.from(this.values), this.shape));
    });
  }
}

/** @internal The parameters that a layer's rule names, read into float64 to be changed and written back. */
export class Parameters {
  readonly layer: Layer;
  /** The weights that multiply the layer's input. */
  readonly reading: readonly Values[];
  /** The weight whose channels are those of the output: a kernel, or the factors of a normalization. */
  readonly making: Values | undefined;
  readonly bias: Values | undefined;
  readonly #all: readonly Values[];

  constructor(layer: Layer) {
    this.layer = layer;
    const { scale } = ruleOf(layer);
    const weights = new Map(
      ruledWeights(layer).map((rule) => [rule.path, new Values(weightAt(layer, rule.path), rule)]),
    );
    const vector = (path: string) => new Values(weightAt(layer, path), { outputs: -1 });
    const bias = biasOf(layer);
    this.reading = ruledWeights(layer)
      .filter(({ from = "input", inputs }) => from === "input" && inputs !== undefined)
      .map(({ path }) => weights.get(path)!);
    this.making = scale ? vector(scale.factor) : weights.get(makingWeight(layer)?.path ?? "");
    this.bias = scale ? vector(scale.shift) : bias && new Values(bias, { outputs: -1 });
    this.#all = [...(scale && this.making ? [this.making] : []), ...weights.values()];
  }

  /** The weight that alone multiplies the input and makes the output, if there is one. */
  get kernel(): Values | undefined {
    const [kernel, ...others] = this.reading;
    return others.length === 0 && kernel === this.making ? kernel : undefined;
  }

  /** How many output channels there are. */
  get outputs(): number {
    return this.making!.outputs;
  }

  /** Writes the parameters into the layer. */
  write(): void {
    for (const values of this.#all) values.write();
    this.bias?.write();
  }
}
