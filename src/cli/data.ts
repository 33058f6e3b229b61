import { type Dataset, dataset, digits } from "../datasets/index.js";
import type { tf } from "../tensorflow/index.js";

/** The most examples on which ranges are found. */
const most = 256;

/**
 * The examples that a command line names: `digits`, or `FILE.csv:LABEL`, a CSV file and its column of labels. Values are
 * arranged as the model's input is.
 *
 * @param part the part of the digits
 * @throws Error if the name is neither, or if the file can't be read
 */
export async function dataNamed(
  name: string,
  model: tf.LayersModel,
  part: "train" | "test",
): Promise<Dataset> {
  if (name === "digits") {
    const parts = await digits();
    parts[part === "train" ? "test" : "train"].dispose();
    return parts[part];
  }
  const split = name.lastIndexOf(":");
  if (split < 1 || !/\.csv$/i.test(name.slice(0, split))) {
    throw new Error(
      `invalid data: ${name} (expected digits or FILE.csv:LABEL, as in flowers.csv:species)`,
    );
  }
  const shape = model.inputs[0]!.shape.slice(1).map((size) => size ?? 1);
  return dataset(name.slice(0, split), name.slice(split + 1), { shape });
}

/** The first examples of a data set, on which ranges are found. */
export async function calibrationNamed(name: string, model: tf.LayersModel): Promise<Dataset> {
  const data = await dataNamed(name, model, "train");
  return data.take(Math.min(most, data.size));
}
