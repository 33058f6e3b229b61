import type { Layer } from "../models/topology.js";
import { tf } from "../tensorflow/index.js";

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

/** @internal @throws TypeError for a path that leads nowhere */
export function checkPath(layer: Layer, path: string): void {
  find(layer, path);
}

/** What stands in place of a layer's parts while it is called. */
export interface Exchange {
  /** Values for weights, by their paths. */
  weights: ReadonlyMap<string, tf.Tensor>;
  /** What becomes of the first result of parts' `call`, by their paths. */
  values: ReadonlyMap<string, (x: tf.Tensor) => tf.Tensor>;
}

/**
 * @internal
 * Runs something while a layer's weights and parts give other values. A layer reads each weight through one
 * property, and calls a part through one method: meanwhile those are others.
 */
export function exchanged<T>(layer: Layer, { weights, values }: Exchange, run: () => T): T {
  const restore: (() => void)[] = [];
  try {
    for (const [path, value] of weights) {
      const { owner, name } = find(layer, path);
      const own = owner[name];
      owner[name] = { read: () => value, shape: value.shape };
      restore.push(() => {
        owner[name] = own;
      });
    }
    for (const [path, change] of values) {
      const { owner, name } = find(layer, path);
      const part = owner[name] as { call(...args: unknown[]): unknown };
      const call = part.call;
      const own = Object.hasOwn(part, "call");
      part.call = (...args) => firstChanged(call.apply(part, args), change);
      restore.push(() => {
        if (own) part.call = call;
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
