import { tf } from "../../tensorflow/index.js";
import type { StepCallback } from "../options/stepCallback.js";

/** The parts of a training that keep state in variables. */
export interface Parts {
  model: tf.LayersModel;
  optimizer: tf.Optimizer;
  callbacks: { parts: StepCallback[] };
}

/**
 * @internal
 * All variables that a step reads and changes: the model's weights, the state that its optimizer keeps of
 * earlier steps, and the variables of callbacks that take part in the step; each variable once, in an order
 * that another process has too.
 */
export function variablesOf({ model, optimizer, callbacks }: Parts): tf.Variable[] {
  return [
    ...new Set([
      ...model.weights.map((weight) => weight.read() as tf.Variable),
      ...variablesIn(optimizer),
      ...callbacks.parts.flatMap((part) => part.variables()),
    ]),
  ];
}

/**
 * @internal
 * The variables in an object's own properties, also those in arrays, maps and plain records there. Not every
 * optimizer of tfjs's lists its variables: Adamax has no `getWeights`, and Adam's leaves βᵗ out.
 */
export function variablesIn(holder: object): tf.Variable[] {
  const variables = new Set<tf.Variable>();
  const visit = (value: unknown, depth: number) => {
    if (value instanceof tf.Variable) variables.add(value);
    else if (depth < 4) for (const part of partsOf(value)) visit(part, depth + 1);
  };
  for (const value of Object.values(holder)) visit(value, 0);
  return [...variables];
}

function partsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Map || value instanceof Set) return [...value.values()];
  const plain = typeof value === "object" && value !== null;
  return plain && Object.getPrototypeOf(value) === Object.prototype ? Object.values(value) : [];
}
