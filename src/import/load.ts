import { findHost } from "../display/index.js";
import type { tf } from "../tensorflow/index.js";
import { withBudget } from "./build/budget.js";
import { withClasses } from "./build/context.js";
import { type BuiltModel, buildModel } from "./build/model.js";
import { modelConfigOf } from "./config/modelConfig.js";
import type { ModelFile } from "./formats/modelFile.js";
import { readModel } from "./formats/readModel.js";
import { withIntegers } from "./integers.js";
import { checkLoadOptions, type LoadOptions } from "./source/options.js";
import { defaultBytes, type ModelSource, openSource } from "./source/source.js";
import { fill } from "./weights/fill.js";

/**
 * Loads a model with its weights: Keras' `.keras` (Keras 3) and `.h5` (Keras 2 and 3), and TensorFlow.js's Layers
 * models, a `model.json` with its files of weights. The bytes say the format, not the name.
 *
 * A saved integer model is an {@link IntegerModel} again. Other models compute in float32; weights of float16 and float64 are converted. Its outputs are Keras', also with Keras 3's
 * `hard_sigmoid` and with `reset_after` of GRU. An optimizer, a loss and metrics that Keras saved are passed over, since `q.fit`
 * takes them as options. Each weight's shape is compared with its layer's. The checksums in a `.keras` file are checked; for
 * other files, state `sha256`.
 *
 * @param file a path, the path of a folder with a `model.json`, an address that begins with `https:`, `http:` or `file:`, or
 *   the file's bytes
 * @throws TypeError if `file` or an option is invalid; Error if the file can't be read, is damaged, or has another checksum; if it
 *   has a layer, an option or an activation that isn't known (the message names it, with the way out); if a weight is
 *   missing, left over or of another shape. Nothing is built then.
 * @example
 * const folder = `file://${process.env.TMPDIR ?? "/tmp"}/qatlab-digits`;
 * await q.models.mlp({ inputShape: [64], classes: 10 }).save(folder);
 * const model = await q.models.load(folder);
 * model.outputs[0]!.shape; // [ null, 10 ]
 */
export async function load(file: ModelSource, options: LoadOptions = {}): Promise<tf.LayersModel> {
  checkLoadOptions(options);
  const source = await openSource(file, options);
  try {
    const read = await readModel(source, options.maxBytes ?? defaultBytes);
    source.checkStated();
    return restore(read, options);
  } catch (cause) {
    findHost().signal.throwIfAborted();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`cannot load ${source.name}: ${why}`, { cause });
  }
}

function restore(file: ModelFile, { customObjects }: LoadOptions): tf.LayersModel {
  const config = modelConfigOf(file.config);
  return withClasses(customObjects, () => {
    const built = withBudget(file.values, () => buildModel(config, file));
    return filled(built, file);
  });
}

function filled(built: BuiltModel, file: ModelFile): tf.LayersModel {
  const { model } = built;
  try {
    fill(file.match(built));
    return withIntegers(model);
  } catch (error) {
    for (const weight of model.weights) weight.dispose();
    throw error;
  }
}
