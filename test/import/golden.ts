import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import * as q from "../../src/index.js";

interface Numbers {
  shape: number[];
  values: number[];
  dtype?: "float32" | "int32";
}

/** A model that Keras made, with its files and its outputs on some inputs; by test/peers/keras_files.py. */
export interface KerasModel {
  inputs: Numbers[];
  outputs: Numbers[];
  files: Record<string, string>;
}

const path = new URL("../golden/keras_files.json", import.meta.url);

export const { models } = JSON.parse(readFileSync(path, "utf8")) as {
  models: Record<string, KerasModel>;
};

/** The bytes of one of a model's files. */
export function fileOf(name: string, ending: string): Uint8Array {
  return new Uint8Array(gunzipSync(Buffer.from(models[name]!.files[ending]!, "base64")));
}

/**
 * The largest difference between a model's outputs and Keras', as a share of Keras' largest output.
 */
export function differenceOf(model: q.tf.LayersModel, { inputs, outputs }: KerasModel): number {
  return q.tf.tidy(() => {
    const xs = inputs.map(({ values, shape, dtype }) => {
      const type = dtype === "int32" ? "int32" : "float32";
      return q.tf.tensor(values, shape, type);
    });
    const results = [model.predict(xs.length === 1 ? xs[0]! : xs)].flat() as q.tf.Tensor[];
    const differences = outputs.map(({ values, shape }, i) => {
      const result = results[i]!;
      if (String(result.shape) !== String(shape)) return Number.POSITIVE_INFINITY;
      const actual = result.dataSync();
      const scale = Math.max(...values.map(Math.abs));
      return Math.max(...values.map((value, j) => Math.abs(value - actual[j]!))) / scale;
    });
    return results.length === outputs.length ? Math.max(...differences) : Number.NaN;
  });
}
