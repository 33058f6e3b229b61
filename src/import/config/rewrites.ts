import { type Fields, isFields, type Json } from "./json.js";
import type { Described } from "./modelConfig.js";

type Rewritten = Pick<Described, "className" | "config">;
type Rewrite = (config: Fields, where: string) => Fields;

const withOneAxis: Rewrite = ({ axis, ...config }, where) => {
  if (!Array.isArray(axis)) return { ...config, ...(axis !== undefined && { axis }) };
  if (axis.length === 1) return { ...config, axis: axis[0]! };
  throw new Error(`${where} has several axes, [${axis}] (expected one axis)`);
};

/** Options of attention that choose an implementation, or that are checked and left out. */
const ofKeras = [
  ...["attention_axes", "use_gate", "sliding_window", "flash_attention", "seed"],
  ...["query_shape", "key_shape", "value_shape", "activity_regularizer"],
];

/** The options that Keras writes in another way than TensorFlow.js reads them, by the classes of layers. */
const rewrites: Readonly<Record<string, Rewrite>> = {
  BatchNormalization: withOneAxis,
  LayerNormalization: withOneAxis,
  Softmax: withOneAxis,
  LeakyReLU: ({ negative_slope: slope, ...config }) => ({
    ...config,
    ...(slope !== undefined && { alpha: slope }),
  }),
  // TensorFlow.js makes the layer of the other direction itself, and writes the direction before the name.
  Bidirectional: ({ layer, backward_layer: backward, ...config }, where) => {
    if (isFields(layer!) && isFields(backward ?? null)) {
      checkTwins(layer, backward as Fields, where);
    }
    return { ...config, layer: withName(layer!, (name) => name.replace(/^forward_/, "")) };
  },
  MultiHeadAttention: (config, where) => {
    const { attention_axes: axes, use_gate: gate, sliding_window: window } = config;
    if (Array.isArray(axes) && !(axes.length === 1 && axes[0] === 1)) {
      throw new Error(`${where} attends along the axes [${axes}] (expected [1], the steps)`);
    }
    for (const [option, value] of Object.entries({ use_gate: gate, sliding_window: window })) {
      if (value) throw new Error(`${where} has ${option} ${value} (expected attention without it)`);
    }
    return Object.fromEntries(Object.entries(config).filter(([key]) => !ofKeras.includes(key)));
  },
};

/**
 * @internal
 * The class and the configuration of a layer, with the classes and options that TensorFlow.js names or writes otherwise.
 */
export function rewritten(layer: Described, where: string): Rewritten {
  const { className, config } = layer;
  if (className in wholePools && config.keepdims === true) return wholePool(layer, where);
  const changed = rewrites[className]?.(config, where) ?? config;
  return className === "ReLU" ? rectified(changed) : { className, config: changed };
}

/** Pools that Keras takes over a whole input, and the pools that are the same with a window of that size. */
const wholePools: Readonly<Record<string, string>> = {
  GlobalAveragePooling1D: "AveragePooling1D",
  GlobalAveragePooling2D: "AveragePooling2D",
  GlobalMaxPooling1D: "MaxPooling1D",
  GlobalMaxPooling2D: "MaxPooling2D",
};

/** A pool over the whole input that keeps the axes: a pool with a window as large as the input. */
function wholePool({ className, config, calls }: Described, where: string): Rewritten {
  const { keepdims: _, data_format: format = "channels_last", ...others } = config;
  const shape = calls?.[0]?.inputs[0]?.shape;
  const sizes = Array.isArray(shape)
    ? shape.slice(...(format === "channels_first" ? [2] : [1, -1]))
    : [];
  if (sizes.length === 0 || sizes.includes(null)) {
    throw new Error(
      `${where} has keepdims, and the size of its input isn't known (expected an input of a fixed size, or keepdims False)`,
    );
  }
  return {
    className: wholePools[className]!,
    config: { ...others, pool_size: sizes, ...(sizes.length > 1 && { data_format: format }) },
  };
}

/** Each of Keras' ReLU layers is the simplest layer that computes it. */
function rectified(config: Fields): Rewritten {
  const { negative_slope: slope, threshold, ...others } = config;
  const { max_value: max, ...rest } = others;
  if (!slope && !threshold) return { className: "ReLU", config: others };
  const isLeaky = !threshold && (max === undefined || max === null);
  if (isLeaky) return { className: "LeakyReLU", config: { ...rest, alpha: slope! } };
  return { className: "GeneralReLU", config };
}

function withName(layer: Json, change: (name: string) => string): Json {
  if (!isFields(layer) || !isFields(layer.config!)) return layer;
  const { name } = layer.config;
  return typeof name === "string"
    ? { ...layer, config: { ...layer.config, name: change(name) } }
    : layer;
}

/** @throws Error if the layers of both directions differ in more than their direction */
function checkTwins(forward: Fields, backward: Fields, where: string): void {
  const rest = ({ class_name: type, config }: Fields) => {
    const { name: _, go_backwards: __, ...others } = isFields(config!) ? config : {};
    return JSON.stringify([type, others], (key, value) =>
      key === "shared_object_id" ? undefined : value,
    );
  };
  if (rest(forward) === rest(backward)) return;
  throw new Error(
    `${where} has another layer for the way back (expected the same layer in both directions)`,
  );
}
