import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bytes, displaySymbol, type MimeBundle, table } from "../../display/index.js";
import { checkModel } from "../../models/check.js";
import { isNative, reasonNotNative, type tf } from "../../tensorflow/tf.js";
import { writeCheckpoint } from "./checkpoint.js";
import { checkTarget, writeWhole } from "./folder.js";
import { type Signature, savedModelFile, type TensorSpec } from "./metaGraph.js";
import { type InputShapes, inputShapesOf } from "./shapes.js";
import { traceModel } from "./traceModel.js";

export type { Signature, TensorSpec };

/** Options of {@link savedModel}. */
export interface SavedModelOptions {
  /** The batch size, where it shall be fixed. Default: any. */
  batchSize?: number;
  /**
   * The shape of each input, without the batch: for models whose inputs leave another size than the
   * batch open. Default: the model's own.
   */
  inputShapes?: number[][];
  /** Whether a SavedModel in the folder may be replaced. Default false. */
  overwrite?: boolean;
}

/** A weight in a checkpoint. */
export interface ExportedVariable extends TensorSpec {
  /** Its key, as in `conv/kernel`. */
  name: string;
}

/** What {@link savedModel} wrote; as a cell's last expression, a table. */
export interface SavedModel {
  /** The absolute path. */
  folder: string;
  /** Of all files. */
  bytes: number;
  /** The weights, in the model's order. */
  variables: ExportedVariable[];
  /** What `serving_default` takes and gives. */
  signature: Signature;
  [displaySymbol](): MimeBundle;
}

/**
 * Exports a model's forward pass as a SavedModel, TensorFlow's own format, which TensorFlow Serving,
 * Python's `tf.saved_model.load(folder).signatures["serving_default"]`, `tf.node.loadSavedModel` and
 * converters read. Fake quantization stays as TensorFlow's FakeQuant ops. The pass is traced
 * in inference at several batch sizes, and what follows from the batch size is computed from the input.
 *
 * The folder has `saved_model.pb` (tag `serve`, signature `serving_default` with the model's input and
 * output names) and the weights under `variables/`, with their names as keys. A whole folder appears,
 * or none. Format: tensorflow/core/protobuf/saved_model.proto and meta_graph.proto.
 *
 * @param model a tfjs Layers model, also one of {@link prepare} or {@link quantize}
 * @param folder its path; it is made, with the folders above it
 * @param options `batchSize` and `inputShapes` to fix sizes, `overwrite` to replace an older export
 * @throws Error for a folder that isn't empty or can't be written; for a stateful model and one
 *   whose forward pass reads values, draws random numbers or differs with the batch size; without
 *   native TensorFlow
 * @example
 * const exported = q.export.savedModel(model, "exported/digits", { overwrite: true });
 * exported.signature.outputs; // { logits: { dtype: "float32", shape: [ null, 10 ] } }
 */
export function savedModel(
  model: tf.LayersModel,
  folder: string,
  { batchSize, inputShapes, overwrite = false }: SavedModelOptions = {},
): SavedModel {
  checkModel(model);
  const sizes: InputShapes = inputShapesOf(model, { batchSize, inputShapes });
  const target = checkTarget(folder, overwrite);
  if (!isNative) {
    throw new Error(
      `q.export.savedModel needs native TensorFlow, which isn't used (${reasonNotNative}); "npx qatlab setup" builds it`,
    );
  }
  const file = savedModelFile(model, traceModel(model, sizes), sizes);
  writeWhole(target, (draft) => {
    writeFileSync(join(draft, "saved_model.pb"), file.bytes);
    mkdirSync(join(draft, "variables"));
    if (file.variables.length > 0) writeCheckpoint(draft, file.variables);
  });
  return summary(
    target,
    file.variables.map(({ variable, handle }) => ({
      name: handle,
      dtype: variable.dtype,
      shape: variable.shape,
    })),
    file.signature,
  );
}

function summary(folder: string, variables: ExportedVariable[], signature: Signature): SavedModel {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  const sizes = files.map((file) =>
    file.isFile() ? statSync(join(file.parentPath, file.name)).size : 0,
  );
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const record = { folder, bytes: total, variables, signature };
  // Not among the record's own properties: it isn't printed, and equality is that of its data.
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
