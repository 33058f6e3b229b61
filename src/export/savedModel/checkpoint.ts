import type { tf } from "../../tensorflow/index.js";
import { dtypeOf, type GraphBuilder, messages, nodeBackend, type } from "../../tensorflow/index.js";

/** @internal A variable of a graph, with the names of its nodes. */
export interface NamedVariable {
  variable: tf.Variable;
  handle: string;
  read: string;
}

const prefix = "save/Const";
const saved = "save/control_dependency";
const restored = "save/restore_all";

/** @internal The node that gives a variable its value from a checkpoint. */
export function restoreNode(index: number): string {
  return `save/AssignVariableOp_${index}`;
}

/**
 * @internal
 * Adds the nodes that save and restore the variables, as TensorFlow's Saver does, and returns the
 * message that names them (tensorflow/core/protobuf/saver.proto).
 */
export function addSaver(builder: GraphBuilder, variables: NamedVariable[]) {
  const { TF_STRING } = nodeBackend().binding;
  const dtypes = {
    ...type("dtypes", 0),
    value: variables.map(({ variable }) => dtypeOf(variable)),
  };
  const keys = variables.map(({ handle }) => handle);
  const input = builder.strings("save/filename", "model");
  const shape = { name: "shape", type: nodeBackend().binding.TF_ATTR_SHAPE, value: [] };
  builder.add(prefix, "PlaceholderWithDefault", [input], [type("dtype", TF_STRING), shape]);
  const slices = keys.map(() => "");
  const lists = [
    prefix,
    builder.strings("save/SaveV2/tensor_names", keys),
    builder.strings("save/SaveV2/shape_and_slices", slices),
  ];
  builder.add("save/SaveV2", "SaveV2", [...lists, ...variables.map(({ read }) => read)], [dtypes]);
  builder.add(saved, "Identity", [prefix, "^save/SaveV2"], [type("T", TF_STRING)]);

  builder.add("save/RestoreV2", "RestoreV2", lists, [dtypes]);
  const assigned = variables.map(({ variable, handle }, i) =>
    builder.add(
      restoreNode(i),
      "AssignVariableOp",
      [handle, i === 0 ? "save/RestoreV2" : `save/RestoreV2:${i}`],
      [type("dtype", dtypeOf(variable))],
    ),
  );
  builder.add(
    restored,
    "NoOp",
    assigned.map((name) => `^${name}`),
  );

  const { SaverDef } = messages();
  const saver = new SaverDef();
  saver.setFilenameTensorName(`${prefix}:0`);
  saver.setSaveTensorName(`${saved}:0`);
  saver.setRestoreOpName(restored);
  saver.setVersion(SaverDef.CheckpointFormatVersion.V2);
  return saver;
}

/**
 * @internal
 * Lets TensorFlow write the checkpoint of a SavedModel whose graph is already in `folder`: the variables'
 * values are fed in place of the values that the graph would read.
 */
export function writeCheckpoint(folder: string, variables: NamedVariable[]): void {
  const backend = nodeBackend();
  const { binding } = backend;
  const session = binding.loadSavedModel(folder, "serve");
  const path = new TextEncoder().encode(`${folder}/variables/variables`);
  const file = binding.createTensor([], binding.TF_STRING, [path]);
  try {
    const values = backend.getInputTensorIds(variables.map(({ variable }) => variable));
    const names = [prefix, ...variables.map(({ read }) => read)].map((name) => `${name}:0`);
    const results = binding.runSavedModel(session, [file, ...values], names.join(), `${saved}:0`);
    for (const { id } of results) binding.deleteTensor(id);
  } finally {
    binding.deleteTensor(file);
    binding.deleteSavedModel(session);
  }
}
