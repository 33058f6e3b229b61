import {
  environment,
  messages,
  shapeMessage,
  TraceGraph,
  type tf,
  type,
} from "../../tensorflow/index.js";
import { addSaver, type NamedVariable, restoreNode } from "./checkpoint.js";
import type { Forward } from "./forward.js";
import { forwardNames } from "./names.js";
import { variableDef } from "./variableDef.js";

/** The type and the shape of an input or an output. */
export interface TensorSpec {
  dtype: tf.DataType;
  /** The shape, with `null` for a free batch size. */
  shape: (number | null)[];
}

/** The inputs and outputs of an exported model, by name. */
export interface Signature {
  inputs: Record<string, TensorSpec>;
  outputs: Record<string, TensorSpec>;
}

/** @internal A model's forward pass as the content of `saved_model.pb`. */
export interface SavedModelFile {
  bytes: Uint8Array;
  /** The variables in the order of the checkpoint; the list is empty if the model has no weights. */
  variables: NamedVariable[];
  signature: Signature;
}

/**
 * The version of GraphDef that the nodes are written for. TensorFlow reads graphs of all versions older than
 * its own (tensorflow/core/public/version.h).
 */
const producer = 1087;

/**
 * @internal
 * The content of a model's `saved_model.pb`.
 * @param inputShapes the input shapes, with `null` for a free batch size
 */
export function savedModelFile(
  model: tf.LayersModel,
  forward: Forward,
  inputShapes: (number | null)[][],
): SavedModelFile {
  const { trace, scopes, outputShapes } = forward;
  const names = forwardNames(model, trace, scopes);
  const graph = new TraceGraph(trace, names);
  const { builder } = graph;
  const pb = messages();
  const signature = new pb.SignatureDef();
  signature.setMethodName("tensorflow/serving/predict");

  const tensorInfo = (node: string, dtype: number, shape: (number | null)[]) => {
    const info = new pb.TensorInfo();
    info.setName(`${node}:0`);
    info.setDtype(dtype);
    info.setTensorShape(pb.TensorShape.deserializeBinary(shapeMessage(shape)));
    return info;
  };
  trace.argumentTypes.forEach((dtype, i) => {
    const node = builder.placeholder(names.argument(i), dtype, inputShapes[i]!);
    signature.getInputsMap().set(model.inputNames[i], tensorInfo(node, dtype, inputShapes[i]!));
  });
  // Ops are added one after the other, so that no op is reached through a long chain of earlier ops.
  for (const operation of trace.operations) graph.operation(operation);
  const outputNames = uniqueOutputs(model);
  trace.outputs.forEach((id, i) => {
    const dtype = trace.outputTypes[i]!;
    const name = names.unique.take(`outputs/${outputNames[i]}`);
    const node = builder.add(name, "Identity", [graph.value(id)], [type("T", dtype)]);
    signature.getOutputsMap().set(outputNames[i], tensorInfo(node, dtype, outputShapes[i]!));
  });

  const variables = namedVariables(model, graph);
  const saver = variables.length > 0 ? addSaver(builder, variables) : undefined;
  const meta = metaGraph(graph);
  meta.getSignatureDefMap().set("serving_default", signature);
  if (saver) {
    meta.setSaverDef(saver);
    addCollections(meta, pb, variables);
  }
  const saved = new pb.SavedModel();
  saved.setSavedModelSchemaVersion(1);
  saved.addMetaGraphs(meta);
  return {
    bytes: saved.serializeBinary(),
    variables,
    signature: {
      inputs: specs(model.inputNames, model.inputs, inputShapes),
      outputs: specs(outputNames, model.outputs, outputShapes),
    },
  };
}

/** All weights, including those that inference doesn't need, and the other variables that ops read. */
function namedVariables(model: tf.LayersModel, graph: TraceGraph): NamedVariable[] {
  const weights = model.weights.map((weight) => weight.read() as tf.Variable);
  return [...new Set([...weights, ...graph.variables])].map((variable) => ({
    variable,
    handle: graph.variable(variable),
    read: graph.read(variable),
  }));
}

function metaGraph({ builder }: TraceGraph) {
  const pb = messages();
  const graph = pb.GraphDef.deserializeBinary(builder.finish());
  const versions = new pb.VersionDef();
  versions.setProducer(producer);
  graph.setVersions(versions);
  const info = new pb.MetaGraphDef.MetaInfoDef();
  info.addTags("serve");
  info.setTensorflowVersion(environment().tensorflow ?? "");
  const meta = new pb.MetaGraphDef();
  meta.setMetaInfoDef(info);
  meta.setGraphDef(graph);
  return meta;
}

/** The collections by which Python finds the variables. */
function addCollections(meta: any, pb: any, variables: NamedVariable[]): void {
  const trainable = ({ variable }: NamedVariable) => variable.trainable;
  const collections = {
    variables,
    trainable_variables: variables.filter(trainable),
  };
  for (const [name, members] of Object.entries(collections)) {
    const list = new pb.CollectionDef.BytesList();
    list.setValueList(
      members.map((member) =>
        variableDef({
          variable: `${member.handle}:0`,
          initializer: restoreNode(variables.indexOf(member)),
          snapshot: `${member.read}:0`,
          trainable: trainable(member),
        }),
      ),
    );
    const collection = new pb.CollectionDef();
    collection.setBytesList(list);
    meta.getCollectionDefMap().set(name, collection);
  }
}

/** Unique names of the outputs; tfjs gives all outputs of a layer the same name. */
function uniqueOutputs({ outputNames }: tf.LayersModel): string[] {
  return outputNames.map((name, i) => {
    const before = outputNames.slice(0, i).filter((other) => other === name).length;
    return before === 0 ? name : `${name}_${before}`;
  });
}

function specs(
  names: string[],
  tensors: tf.SymbolicTensor[],
  shapes: (number | null)[][],
): Record<string, TensorSpec> {
  return Object.fromEntries(
    names.map((name, i) => [name, { dtype: tensors[i]!.dtype, shape: shapes[i]! }]),
  );
}
