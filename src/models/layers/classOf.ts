import { tf } from "../../tensorflow/index.js";

type LayerClass = new (options: Record<string, unknown>) => InstanceType<typeof tf.layers.Layer>;

/** @internal A class of TensorFlow.js's layers, to be extended: its public API has functions that make layers, and no classes. */
export function classOf(name: string): LayerClass {
  const [type] = tf.serialization.SerializationMap.getMap().classNameMap[name]!;
  return type as unknown as LayerClass;
}
