import type { NodeNames, Operation, Trace, tf } from "../../tensorflow/index.js";

/** @internal Names that TensorFlow accepts for nodes, each used once. */
export class UniqueNames {
  private readonly taken = new Set<string>();

  /** The name itself if it is free and allowed, else a similar name. */
  take(name: string): string {
    const allowed = name.replaceAll(/[^A-Za-z0-9_.\\/-]/g, "_");
    const base = /^[A-Za-z0-9.]/.test(allowed) ? allowed : `x${allowed}`;
    let free = base;
    // TensorFlow ignores case when it compares scopes.
    for (let n = 1; this.taken.has(free.toLowerCase()); n++) free = `${base}_${n}`;
    this.taken.add(free.toLowerCase());
    return free;
  }
}

/** @internal The names of a forward pass's nodes, and of the nodes that its signature needs. */
export interface ForwardNames extends NodeNames {
  /** Makes further names that aren't taken. */
  readonly unique: UniqueNames;
}

/**
 * @internal
 * Names that describe the nodes: a variable has the name of its weight, and an op has the name of its layer and
 * of the op's type, as in `conv/Conv2D`.
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

/** The names of variables: for weights the names that layers gave to them, for other variables their own names. */
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
