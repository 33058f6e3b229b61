import { type Fields, fieldsAt, isFields, type Json, listAt, textAt } from "./json.js";
import { withoutMasks } from "./masks.js";
import { type Call, callsOf, type Ref, refsOf } from "./nodes.js";

/** @internal An object of Keras' as a file describes it. */
export interface Described {
  className: string;
  config: Fields;
  /** The Python module of the class, if the file says it. */
  module?: string;
  /** The calls of a layer in a functional model, in order. */
  calls?: Call[];
}

/** @internal A layer of a model, or a model inside it, as a file describes it. */
export interface LayerConfig extends Described {
  name: string;
  calls: Call[];
  /** The model, if the layer is one. */
  inner?: ModelConfig;
}

/** @internal A model as a file describes it. */
export interface ModelConfig {
  kind: "functional" | "sequential";
  name: string;
  trainable: boolean;
  layers: LayerConfig[];
  /** Inputs and outputs of a functional model. */
  inputs: Ref[];
  outputs: Ref[];
  /** The shape of a sequential model's input, the batch first, if the file says it apart from the layers. */
  inputShape?: Json;
}

const functional = ["Functional", "Model"];

/** @internal Whether a class is a model made of layers. */
export function isModelClass(className: string): boolean {
  return className === "Sequential" || functional.includes(className);
}

/** @internal @throws Error if an object of a configuration has no class or no configuration */
export function describedIn(value: Json | undefined, where: string): Described {
  if (!isFields(value))
    throw new Error(`${where} isn't described (expected class_name and config)`);
  const { module } = value;
  return {
    className: textAt(value, "class_name", where),
    config: fieldsAt(value, "config", where),
    ...(typeof module === "string" && { module }),
  };
}

/**
 * @internal
 * Reads the configuration of a functional or sequential model.
 *
 * @throws Error if the model is of another class, or the configuration isn't whole
 */
export function modelConfigOf(value: Json | undefined): ModelConfig {
  const where = "the model's configuration";
  if (!isFields(value)) throw new Error(`${where} is missing (expected class_name and config)`);
  const className = textAt(value, "class_name", where);
  if (!isModelClass(className)) {
    throw new Error(
      `the model is of the class ${className} (expected a functional or sequential model: rebuild it in Python as keras.Model(inputs, outputs), and save that)`,
    );
  }
  // The first versions of Keras wrote a sequential model as the list of its layers.
  if (Array.isArray(value.config))
    return modelFrom(className, { name: "sequential", layers: value.config });
  return modelFrom(className, fieldsAt(value, "config", where));
}

function modelFrom(className: string, config: Fields): ModelConfig {
  const name = typeof config.name === "string" && config.name ? config.name : "model";
  const where = `model "${name}"`;
  const layers = listAt(config, "layers", where).map((layer, i) => layerFrom(layer, i, where));
  const shared = { name, trainable: config.trainable !== false, layers };
  if (className === "Sequential") {
    const inputShape = config.build_input_shape ?? undefined;
    return {
      ...shared,
      kind: "sequential",
      inputs: [],
      outputs: [],
      ...(inputShape && { inputShape }),
    };
  }
  return withoutMasks({
    ...shared,
    kind: "functional",
    inputs: refsOf(config.input_layers, `the inputs of ${where}`),
    outputs: refsOf(config.output_layers, `the outputs of ${where}`),
  });
}

function layerFrom(value: Json, index: number, where: string): LayerConfig {
  const described = describedIn(value, `layer ${index} of ${where}`);
  const stated = (value as Fields).name ?? described.config.name;
  const name = typeof stated === "string" && stated !== "" ? stated : undefined;
  if (name === undefined)
    throw new Error(`layer ${index} of ${where} has no name (the file is damaged)`);
  const nodes = (value as Fields).inbound_nodes ?? [];
  return {
    ...described,
    name,
    calls: callsOf(nodes, `layer "${name}" (${described.className})`),
    ...(isModelClass(described.className) && {
      inner: { ...modelFrom(described.className, described.config), name },
    }),
  };
}
