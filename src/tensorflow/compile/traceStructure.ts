import { hasKernels } from "../kernels/library.js";
import { dtypeOf } from "../loading/nodeBackend.js";
import type { tf } from "../tf.js";
import { bytes, isUniform } from "./compare.js";
import { isOptimized } from "./sessionOptions.js";
import type { Constant, Feed, Operation, Trace } from "./values.js";

/** @internal The structure of a trace, and what else the trace has: its own variables and values, in their order. */
export interface Structure {
  /** A text that two traces share if their graphs are the same; `undefined` if a constant is too large for a text. */
  key: string | undefined;
  /** Whether constants from outside of the function (ranges, weights, seeds of draws) are parameters. */
  parametric: boolean;
  variables: tf.Variable[];
  feeds: Feed[];
  held: tf.Tensor[];
  parameters: Constant[];
}

/** The largest constant, in bytes, that becomes a part of a text. */
const largestText = 1 << 16;

const latin1 = new TextDecoder("latin1");

/**
 * @internal
 * Describes a trace without its variables, and without the values of its parameters, so that models of one
 * structure can share a graph. A graph that TensorFlow rewrites keeps its constants, which it folds.
 */
export function structureOf(trace: Trace, { rewrite }: { rewrite: boolean }): Structure {
  const parametric = !isOptimized(trace, { rewrite });
  const variables = new Numbers<tf.Variable>();
  const feeds = new Numbers<Feed>();
  const held = new Numbers<tf.Tensor>();
  const parameters = new Numbers<Constant>();
  const numbers = new Map<Operation, number>(trace.operations.map((one, i) => [one, i]));
  let shared = true;

  const constantText = (constant: Constant) => {
    // One value may stand for all, whose number is that of the shape.
    const { BYTES_PER_ELEMENT: width } = constant.values;
    const content = bytes(constant).subarray(0, isUniform(constant) ? width : undefined);
    shared &&= content.length <= largestText;
    return shared ? `${constant.dtype}[${constant.shape}]${latin1.decode(content)}` : "";
  };
  const variableText = (variable: tf.Variable) =>
    variables.has(variable)
      ? `v${variables.of(variable)}`
      : `v${variables.of(variable)} ${dtypeOf(variable)}[${variable.shape}]*${trace.scales.get(variable) ?? 1}`;
  const valueText = (id: number): string => {
    const source = trace.sources.get(id)!;
    switch (source.kind) {
      case "argument":
        return `a${source.index}`;
      case "operation":
        return `${numbers.get(source.operation)}:${source.output}`;
      case "variable":
        return variableText(source.variable);
      case "updated":
        return `${variableText(source.variable)}@${numbers.get(source.operation)}`;
      case "feed":
        return `f${feeds.of(source.feed)}${source.feed.dtype}`;
      case "held":
        return `h${held.of(source.tensor)} ${dtypeOf(source.tensor)}[${source.tensor.shape}]`;
      case "constant": {
        const { constant, parameter } = source;
        if (!parametric || !parameter) return `c${constantText(constant)}`;
        return `p${parameters.of(constant)} ${constant.dtype}[${constant.shape}]`;
      }
    }
  };

  const inputText = (input: number | tf.Variable) =>
    typeof input === "number" ? valueText(input) : `&${variableText(input)}`;
  const lines = trace.operations.map(({ name, attributes, inputs }) =>
    [name, JSON.stringify(attributes), ...inputs.map(inputText)].join("\t"),
  );
  // Variables may be made, and so be noted, in another order.
  const assigned = [...trace.assignments]
    .map(([variable, id]) => `${variableText(variable)}=${valueText(id)}`)
    .sort();
  const types = trace.argumentTypes.map((type, i) => `${type}[${trace.argumentShapes[i]}]`);
  const outputs = trace.outputs.map((id, i) => `${trace.outputTypes[i]} ${valueText(id)}`);
  const parts = [types, lines, assigned, outputs].map((part) => part.join("\n"));
  return {
    key: shared ? [rewrite, hasKernels(), parametric, ...parts].join("\n\n") : undefined,
    parametric,
    variables: variables.list,
    feeds: feeds.list,
    held: held.list,
    parameters: parameters.list,
  };
}

/** Things in the order in which they were first met. */
class Numbers<T> {
  readonly list: T[] = [];
  private readonly numbers = new Map<T, number>();

  has(thing: T): boolean {
    return this.numbers.has(thing);
  }

  of(thing: T): number {
    let number = this.numbers.get(thing);
    if (number === undefined) {
      number = this.list.push(thing) - 1;
      this.numbers.set(thing, number);
    }
    return number;
  }
}
