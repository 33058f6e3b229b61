import * as q from "../../src/index.js";
import { generator } from "../generator.js";

const { tf } = q;

/** Values of a hill between −1 and 1. */
export function hill(shape: number[], random: () => number): q.tf.Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => random() + random() - 1),
    shape,
  );
}

/** Gives every weight of a model a random value; variances are positive. */
export function randomize<M extends q.tf.LayersModel>(model: M, seed: number): M {
  const random = generator(seed);
  tf.tidy(() => {
    model.setWeights(
      model.weights.map((weight) => {
        const values = hill(weight.shape as number[], random);
        return weight.name.includes("variance") ? values.abs().add(0.2) : values;
      }),
    );
  });
  return model;
}

/** A trained-like digits network: batch normalization has statistics. */
export function digitsNetwork(seed: number): q.tf.LayersModel {
  return randomize(q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10 }), seed);
}

/** Dense layers with whatever stands between them. */
export function denseNetwork(
  between: Parameters<q.tf.Sequential["add"]>[0][],
  { units = [8, 6, 3], seed = 1 } = {},
): q.tf.LayersModel {
  const { dense } = tf.layers;
  const [inputs, hidden, outputs] = units as [number, number, number];
  return randomize(
    tf.sequential({
      layers: [
        dense({ name: "first", units: hidden, inputShape: [inputs] }),
        ...between,
        dense({ name: "second", units: outputs }),
      ] as never[],
    }),
    seed,
  );
}

export function data(shape: number[], { count = 64, seed = 7, classes = 3 } = {}): q.Dataset {
  const random = generator(seed);
  const labels = Int32Array.from({ length: count }, () => Math.floor(random() * classes));
  const provenance = { name: "hills", source: "generated", licence: "CC0" };
  return new q.datasets.Dataset(hill([count, ...shape], random), tf.tensor1d(labels, "int32"), {
    classes,
    provenance,
  });
}

/** The largest difference of two models' outputs, as a share of the largest output. */
export function difference(a: q.tf.LayersModel, b: q.tf.LayersModel, xs: q.tf.Tensor): number {
  return tf.tidy(() => {
    const [first, second] = [a, b].map((model) => model.predict(xs) as q.tf.Tensor);
    return first!.sub(second!).abs().max().div(first!.abs().max()).dataSync()[0]!;
  });
}

/** A model as a file has it, and back. */
export async function throughFile(model: q.tf.LayersModel): Promise<q.tf.LayersModel> {
  let saved: unknown;
  await model.save(
    tf.io.withSaveHandler(async ({ weightData, ...artifacts }) => {
      saved = { ...JSON.parse(JSON.stringify(artifacts)), weightData };
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
    }),
  );
  return tf.loadLayersModel(tf.io.fromMemory(saved as never));
}
