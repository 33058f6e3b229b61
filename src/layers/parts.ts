import { noteChanged, type StateRounding, tf } from "../tensorflow/index.js";
import type { Layer } from "./layer.js";

type Owner = Record<string, unknown>;

/** The object that has the property at the end of a path, as in `cell.kernel`, and the property's name. */
function find(layer: Layer, path: string): { owner: Owner; name: string } {
  const names = path.split(".");
  const name = names.pop()!;
  const owner = names.reduce((at, step) => at?.[step] as Owner, layer as unknown as Owner);
  if (owner && name in owner) return { owner, name };
  throw new TypeError(
    `invalid rules of ${layer.getClassName()}: layer "${layer.name}" has no ${path} (expected a property of the layer)`,
  );
}

/** @internal The weight at a path of a built layer. */
export function weightAt(layer: Layer, path: string): tf.LayerVariable {
  const { owner, name } = find(layer, path);
  return owner[name] as tf.LayerVariable;
}

/** @internal The weight at a path of a built layer; `undefined` where its options leave the weight out. */
export function optionalWeightAt(layer: Layer, path: string): tf.LayerVariable | undefined {
  const names = path.split(".");
  const owner = names
    .slice(0, -1)
    .reduce((at, step) => at?.[step] as Owner, layer as never as Owner);
  return (owner?.[names.at(-1)!] as tf.LayerVariable | null | undefined) ?? undefined;
}

/** @internal @throws TypeError if the layer has no property at the path */
export function checkPath(layer: Layer, path: string): void {
  find(layer, path);
}

/** The values that take the place of a layer's weights and parts while the layer is called. */
export interface Exchange {
  /** Values for weights, by their paths. */
  weights: ReadonlyMap<string, tf.Tensor>;
  /** Functions that change the first result of the `call` of parts, by the parts' paths. */
  values: ReadonlyMap<string, Change>;
}

/** A function that changes a tensor, and the rounding that it does if an op may do the same. */
export interface Change {
  (x: tf.Tensor): tf.Tensor;
  rounding?: () => StateRounding | undefined;
}

/**
 * @internal
 * Runs a function while a layer's weights and parts give other values: the property through which the layer
 * reads a weight, and the method through which it calls a part, are replaced meanwhile.
 */
export function exchanged<T>(layer: Layer, { weights, values }: Exchange, run: () => T): T {
  const restore: (() => void)[] = [];
  try {
    for (const [path, value] of weights) {
      const { owner, name } = find(layer, path);
      const variable = owner[name];
      owner[name] = { read: () => value, shape: value.shape };
      restore.push(() => {
        owner[name] = variable;
      });
    }
    for (const [path, change] of values) {
      const { owner, name } = find(layer, path);
      const part = owner[name] as { call(...args: unknown[]): unknown };
      const call = part.call;
      const isOwn = Object.hasOwn(part, "call");
      part.call = (...args) => firstChanged(call.apply(part, args), change);
      noteChanged(part.call, { original: call, rounding: () => change.rounding?.() });
      restore.push(() => {
        if (isOwn) part.call = call;
        else delete (part as Partial<typeof part>).call;
      });
    }
    return run();
  } finally {
    for (const back of restore.reverse()) back();
  }
}

/** Some parts give their first result again, as the state that the next step gets. */
function firstChanged(result: unknown, change: (x: tf.Tensor) => tf.Tensor): unknown {
  if (result instanceof tf.Tensor) return change(result);
  const [first, ...others] = result as tf.Tensor[];
  const changed = change(first!);
  return [changed, ...others.map((other) => (other === first ? changed : other))];
}
