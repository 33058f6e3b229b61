import * as q from "../../src/index.js";
import { generator } from "../fixtures/generator.js";
import { hill } from "../fixtures/networks.js";

const { tf } = q;
const { layers } = tf;
type Model = q.tf.LayersModel;
type Symbolic = q.tf.SymbolicTensor;
type Layer = InstanceType<typeof layers.Layer>;

/** A kind of model that `q.prepare` takes, with its facts as found by hand. */
export interface Kind {
  name: string;
  shape: number[];
  make(): Model;
  /** The layers with kernels, each with its multiply-accumulate operations on one example. */
  macs: Record<string, number>;
  /** Examples are whole numbers below it. Default: numbers between −1 and 1. */
  below?: number;
}

export const classes = 3;

export function through(shape: number[], ...list: Layer[]): Model {
  const input = tf.input({ shape, name: "values" });
  const last = list.reduce<Symbolic>((x, layer) => layer.apply(x) as Symbolic, input);
  return tf.model({ inputs: input, outputs: last });
}

export const logits = () => layers.dense({ name: "logits", units: classes });
export const norm = (axis = -1) => layers.batchNormalization({ name: "norm", axis });
export const relu = () => layers.reLU({ name: "relu" });
export const flatten = () => layers.flatten({ name: "flat" });

/** Values of all weights that are far from those of an initializer: biases and statistics too. */
function randomized(model: Model): Model {
  const random = generator(5);
  tf.tidy(() =>
    model.setWeights(
      model.weights.map(({ shape, name }) => {
        const values = hill(shape as number[], random);
        return /variance|gamma/.test(name) ? values.abs().add(0.2) : values.mul(0.7);
      }),
    ),
  );
  return model;
}

/** A kind of model whose weights are far from those of an initializer. */
export function kind(
  name: string,
  shape: number[],
  macs: Record<string, number>,
  make: () => Model,
  below?: number,
): Kind {
  return { name, shape, macs, make: () => randomized(make()), ...(below && { below }) };
}

/** Examples for a kind of model, with labels. */
export function examples({ shape, below }: Kind, count = 48): q.Dataset {
  const random = generator(9);
  const xs = below
    ? tf.tidy(() =>
        hill([count, ...shape], random)
          .abs()
          .mul(below)
          .floor(),
      )
    : hill([count, ...shape], random);
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
  return q.dataset(xs, labels);
}
