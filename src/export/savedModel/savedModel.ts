import { checkTarget, writeModel } from "#door/export/savedModel/folder";
import { checkOptions } from "../../arguments/index.js";
import { bytes, displaySymbol, type MimeBundle, table } from "../../display/index.js";
import { checkModel } from "../../graph/index.js";
import { isNative, reasonNotNative, type tf } from "../../tensorflow/index.js";
import { formFor, type ReaderOptions } from "./form.js";
import { type Signature, savedModelFile, type TensorSpec } from "./metaGraph.js";
import { simplify } from "./rewrite/simplify.js";
import { type InputShapes, inputShapesOf } from "./shapes.js";
import { traceModel } from "./traceModel.js";

export type { Signature, TensorSpec };

/** Options of {@link savedModel}. */
export interface SavedModelOptions extends ReaderOptions {
  /** The batch size, if it is to be fixed. Default: any batch size. */
  batchSize?: number;
  /**
   * The shape of each input, without the batch. The option is needed if an input of the model has an open size
   * besides the batch. Default: the shapes of the model's inputs.
   */
  inputShapes?: number[][];
  /** Whether a SavedModel in the folder may be replaced. Default false. */
  overwrite?: boolean;
}

/** A weight in a checkpoint. */
export interface ExportedVariable extends TensorSpec {
  /** The key of the weight, as in `conv/kernel`. */
  name: string;
}

/** The record of an export by {@link savedModel}; as a cell's last expression it shows a table. */
export interface SavedModel {
  /** The absolute path of the folder. */
  folder: string;
  /** The size of all files, in bytes. */
  bytes: number;
  /** The weights, in the model's order. */
  variables: ExportedVariable[];
  /** The inputs and outputs of `serving_default`. */
  signature: Signature;
  [displaySymbol](): MimeBundle;
}

/**
 * Exports a model's forward pass as a SavedModel, TensorFlow's own format, which TensorFlow Serving,
 * Python's `tf.saved_model.load(folder).signatures["serving_default"]`, `tf.node.loadSavedModel` and
 * converters read. Fake quantization stays as TensorFlow's FakeQuant ops. The forward pass is traced in
 * inference at several batch sizes, and values that depend on the batch size are computed from the input.
 *
 * The folder has `saved_model.pb` (tag `serve`, signature `serving_default` with the model's input and
 * output names) and the weights under `variables/`, with their names as keys. If the export fails, no folder is
 * left behind. Format: tensorflow/core/protobuf/saved_model.proto and meta_graph.proto.
 *
 * Python's `tf.lite.TFLiteConverter` with `Optimize.DEFAULT` makes integer ops of the layers that are quantized to 8
 * bits. With `for: "tfliteConverter"` it also takes dense kernels with a scale for each channel, and with
 * `outputRanges` the last layer as well.
 *
 * @param model a tfjs Layers model, which may be from {@link prepare} or {@link quantize}
 * @param folder the path of the folder, which is made with the folders above it
 * @throws Error if the folder isn't empty or can't be written; if the model is stateful, or its forward pass
 *   reads values, draws random numbers or depends on the batch size in a way that can't be computed; if native
 *   TensorFlow isn't used; TypeError for a layer that the converter has no 8-bit form for (the message names the
 *   layer); RangeError if `outputRanges` doesn't belong to the outputs
 * @example
 * const exported = q.export.savedModel(model, "exported/digits", { overwrite: true });
 * exported.signature.outputs; // { logits: { dtype: "float32", shape: [ null, 10 ] } }
 */
export function savedModel(
  model: tf.LayersModel,
  folder: string,
  options: SavedModelOptions = {},
): SavedModel {
  checkOptions<SavedModelOptions>("q.export.savedModel", options, {
    batchSize: true,
    for: true,
    inputShapes: true,
    outputRanges: true,
    overwrite: true,
  });
  const { batchSize, inputShapes, overwrite = false } = options;
  checkModel(model);
  const sizes: InputShapes = inputShapesOf(model, { batchSize, inputShapes });
  const form = formFor(model, options);
  const target = checkTarget(folder, overwrite);
  if (!isNative) {
    throw new Error(
      `q.export.savedModel needs native TensorFlow, which isn't used (${reasonNotNative}); "npx qatlab setup" builds it`,
    );
  }
  const file = savedModelFile(model, simplify(traceModel(model, sizes), form), sizes);
  const size = writeModel(target, file);
  return summary(
    target,
    size,
    file.variables.map(({ variable, handle }) => ({
      name: handle,
      dtype: variable.dtype,
      shape: variable.shape,
    })),
    file.signature,
  );
}

function summary(
  folder: string,
  size: number,
  variables: ExportedVariable[],
  signature: Signature,
): SavedModel {
  const record = { folder, bytes: size, variables, signature };
  // The method isn't enumerable, so that it isn't printed, and records are compared by their data.
  Object.defineProperty(record, displaySymbol, { value: () => show(record as SavedModel) });
  return record as SavedModel;
}

function show({ folder, bytes: total, variables, signature }: SavedModel): MimeBundle {
  const row = (part: string, name: string, { dtype, shape }: TensorSpec) => [
    part,
    name,
    dtype,
    shape.length === 0 ? "scalar" : shape.map((size) => size ?? "any").join(" × "),
  ];
  const rows = [
    ...Object.entries(signature.inputs).map(([name, spec]) => row("input", name, spec)),
    ...Object.entries(signature.outputs).map(([name, spec]) => row("output", name, spec)),
    ...variables.map((variable) => row("variable", variable.name, variable)),
  ];
  const columns = [{ name: "part" }, { name: "name" }, { name: "type" }, { name: "shape" }];
  return table(columns, rows, { caption: `SavedModel ${folder}: ${bytes(total)}` });
}
