import type { Layer } from "../../layers/index.js";
import { tf } from "../../tensorflow/index.js";
import type { BuiltLayer, BuiltModel } from "../build/model.js";
import { snakeCase } from "../config/camelCase.js";

/** @internal A weight that is to be filled. */
export interface Slot {
  /** Its layer, for messages. */
  layer: BuiltLayer["config"];
  variable: tf.LayerVariable;
  /** Its place in Keras' `.keras` files, below its layer, as in `cell/vars/0`. */
  path: string;
  /** The last part of its name, as in `recurrent_kernel`. */
  name: string;
  trainable: boolean;
}

/** The layers inside a layer, by the names that they have in Keras' files. */
interface Parts {
  forwardLayer?: unknown;
  backwardLayer?: unknown;
  layer?: unknown;
  cell?: unknown;
  cells?: unknown;
  /** Parts that a layer of the library names itself. */
  kerasParts?: Readonly<Record<string, Layer>>;
}

/** @internal The weights of a layer that isn't a model, in Keras' order. */
export function slotsOf({ config, layer }: BuiltLayer): Slot[] {
  return slotsIn(layer).map((slot) => ({ ...slot, layer: config }));
}

/** @internal The weights of all layers of a model, in the order in which Keras' `.h5` files list them. */
export function legacyOrder(built: BuiltModel): Slot[] {
  const slots = built.layers.flatMap((layer) =>
    layer.inner ? legacyOrder(layer.inner) : slotsOf(layer),
  );
  const trainable = built.model.trainable ? slots.filter((slot) => slot.trainable) : [];
  return [...trainable, ...slots.filter((slot) => !trainable.includes(slot))];
}

type Inside = Omit<Slot, "layer">;

function slotsIn(layer: Layer): Inside[] {
  const parts = Object.entries(partsOf(layer));
  if (parts.length > 0) {
    return parts.flatMap(([path, part]) =>
      slotsIn(part).map((slot) => ({
        ...slot,
        path: `${path}/${slot.path}`,
        trainable: slot.trainable && layer.trainable,
      })),
    );
  }
  return layer.weights.map((variable, i) => ({
    variable,
    path: `vars/${i}`,
    name: variable.originalName.split("/").at(-1)!,
    trainable: layer.trainable && layer.trainableWeights.includes(variable),
  }));
}

function partsOf(layer: Layer): Record<string, Layer> {
  const { forwardLayer, backwardLayer, layer: wrapped, cell, cells, kerasParts } = layer as Parts;
  if (kerasParts) return { ...kerasParts };
  const named = {
    forward_layer: forwardLayer,
    backward_layer: backwardLayer,
    layer: wrapped,
    cell,
    ...(Array.isArray(cells) && numbered(cells as Layer[], (one) => one.getClassName(), "cells/")),
  };
  const layers = Object.entries(named).filter(([, part]) => part instanceof tf.layers.Layer);
  return Object.fromEntries(layers) as Record<string, Layer>;
}

/** @internal Things by the names that Keras gives them in a list: the class, with a number from the second on. */
export function numbered<T>(
  list: readonly T[],
  classOf: (one: T) => string,
  before = "",
): Record<string, T> {
  const counts = new Map<string, number>();
  return Object.fromEntries(
    list.map((one) => {
      const name = snakeCase(classOf(one));
      const count = counts.get(name) ?? 0;
      counts.set(name, count + 1);
      return [`${before}${count === 0 ? name : `${name}_${count}`}`, one] as const;
    }),
  );
}
