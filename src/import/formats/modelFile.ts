import type { BuiltModel } from "../build/model.js";
import type { Origin } from "../config/activations.js";
import type { Json } from "../config/json.js";
import type { Filling } from "../weights/fill.js";

/** @internal A model's file that was read, with its weights still in the file. */
export interface ModelFile {
  /** The configuration of the model, with its class. */
  config: Json | undefined;
  origin: Origin;
  /** Whether TensorFlow.js wrote the file. */
  isOwn: boolean;
  /** How many values the weights have. */
  values: number;
  /** Finds the array of each weight. @throws Error if a weight is missing, or an array is left over */
  match(model: BuiltModel): Filling[];
}

/** @internal The first number of a version, as in 3 for "3.15.1"; 2 if there is none. */
export function versionOf(value: unknown): Origin {
  const [, first] = /^(\d+)\./.exec(String(value)) ?? [];
  return { keras: first === undefined ? 2 : Number(first) };
}
