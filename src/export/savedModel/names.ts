import type { NodeNames } from "../../tensorflow/compile/graph.js";
import type { Operation, Trace } from "../../tensorflow/compile/values.js";
import type { tf } from "../../tensorflow/index.js";

/** @internal Names that TensorFlow takes for nodes, each given once. */
export class UniqueNames {
  private readonly taken = new Set<string>();

  /** The name itself, where it is free and allowed; else one like it. */
  take(wanted: string): string {
    const allowed = wanted.replaceAll(/[^A-Za-z0-9_.\\/-]/g, "_");
    const base = /^[A-Za-z0-9.]/.test(allowed) ? allowed : `x${allowed}`;
    let name = base;
    // TensorFlow's own scopes are told apart without regard to case.
    for (let n = 1; this.taken.has(name.toLowerCase()); n++) name = `${base}_${n}`;
    this.taken.add(name.toLowerCase());
    return name;
  }
}

/** @internal The names of a forward pass's nodes, and those that its signature needs. */
export interface ForwardNames extends NodeNames {
  /** Makes another name that isn't taken. */
  readonly unique: UniqueNames;
}

/**
 * @internal
 * Names that say what a node is: a variable's is its weight's, an op's its layer's and its own,
 * as in `conv/Conv2D`.
 */
export function forwardNames(
  model: tf.LayersModel,
  { operations, sources }: Trace,
  scopes: Map<Operation, string>,
): ForwardNames {
  const unique = new UniqueNames();
  const variables = variableNames(model, sources, unique);
  const inputs = model.inputNames.map((name) => unique.take(name));
  const ops = new Map<Operation, string>();
  const constants = new Map<number, string>();
  for (const operation of operations) {
    const scope = scopes.get(operation);
    const name = unique.take(scope ? `${scope}/${operation.name}` : operation.name);
    ops.set(operation, name);
    for (const input of operation.inputs) {
      if (typeof input !== "number" || constants.has(input)) continue;
      if (sources.get(input)?.kind === "constant")
        constants.set(input, unique.take(`${name}/Const`));
    }
  }
  return {
    unique,
    argument: (index) => inputs[index]!,
    variable: (variable) => variables.get(variable)!,
    read: (handle) => `${handle}/Read/ReadVariableOp`,
    constant: (id) => constants.get(id) ?? "Const",
    operation: (operation) => ops.get(operation)!,
  };
}

/** Names of the weights, as layers gave them; of other variables, their own. */
function variableNames(
  model: tf.LayersModel,
  sources: Trace["sources"],
  unique: UniqueNames,
): Map<tf.Variable, string> {
  const names = new Map<tf.Variable, string>();
  for (const weight of model.weights) {
    const variable = weight.read() as tf.Variable;
    if (!names.has(variable)) names.set(variable, unique.take(weight.originalName));
  }
  for (const source of sources.values()) {
    if (source.kind !== "variable" || names.has(source.variable)) continue;
    names.set(source.variable, unique.take(source.variable.name));
  }
  return names;
}
