import type { Constant, Operation, Source, Trace } from "../../tensorflow/index.js";
import { dtypeOf } from "../../tensorflow/index.js";
import { BatchOps } from "./batchOps.js";
import { fitConstant } from "./fit.js";
import type { Forward } from "./forward.js";

/** @internal The error of a forward pass that has no free batch size. */
export class FixedBatch extends Error {}

/**
 * @internal
 * Makes a forward pass for any batch size from traces at several batch sizes. Values that differ only by the
 * batch size, such as the shape argument of a Reshape, are computed from the first input's shape.
 *
 * @param forwards forward passes of the same model, of which the first is changed and returned
 * @param sizes the batch size of each forward pass
 * @throws FixedBatch if the traces differ in another way
 */
export function freeBatch(forwards: Forward[], sizes: number[]): Forward {
  const [forward] = forwards as [Forward];
  const traces = forwards.map(({ trace }) => trace);
  const [trace] = traces as [Trace];
  const count = trace.operations.length;
  const other = traces.find(({ operations }) => operations.length !== count);
  if (other) {
    throw new FixedBatch(
      `it runs ${count} ops for a batch of ${sizes[0]}, and ${other.operations.length} for another batch size`,
    );
  }
  const numbers = traces.map(({ operations }) => new Map(operations.map((o, i) => [o, i])));
  const batch = new BatchOps(trace);
  trace.operations.slice().forEach((operation, number) => {
    const where = `${operation.name} in layer "${forward.scopes.get(operation)}"`;
    const alike = traces.map(({ operations }) => operations[number]!);
    if (alike.some((twin) => signature(twin) !== signature(operation))) {
      throw new FixedBatch(`${where} has the batch size among its settings`);
    }
    operation.inputs.forEach((_, k) => {
      const sources = alike.map(({ inputs }, i) => traces[i]!.sources.get(inputs[k] as number)!);
      const names = sources.map((source, i) => nameOf(source, numbers[i]!));
      if (names.some((name) => name !== names[0])) {
        throw new FixedBatch(`${where} takes different tensors for different batch sizes`);
      }
      if (sources[0]!.kind !== "constant") return;
      const constants = sources.map((source) => (source as { constant: Constant }).constant);
      const rule = fitConstant(constants, sizes);
      if (!rule) throw new FixedBatch(`${where} takes a constant made for one batch size`);
      if (rule.kind !== "same") operation.inputs[k] = batch.follow(rule, operation, k);
    });
  });
  checkOutputs(traces, numbers);
  const batchShape = (shape: (number | null)[], output: number) =>
    shape.map((size, axis) =>
      forwards.every(({ outputShapes }) => outputShapes[output]![axis] === size) ? size : null,
    );
  for (const operation of batch.added) forward.scopes.set(operation, "batch");
  return {
    ...forward,
    trace: { ...trace, operations: [...batch.added, ...trace.operations] },
    outputShapes: forward.outputShapes.map(batchShape),
  };
}

function checkOutputs(traces: Trace[], numbers: Map<Operation, number>[]): void {
  const names = traces.map(({ outputs, sources }, i) =>
    outputs.map((id) => nameOf(sources.get(id)!, numbers[i]!)).join(),
  );
  const constant = traces[0]!.outputs.some((id) => traces[0]!.sources.get(id)!.kind === "constant");
  if (constant || names.some((name) => name !== names[0])) {
    throw new FixedBatch("an output is a constant, or a different tensor for each batch size");
  }
}

/** The properties of an op that are the same in all traces. */
function signature({ name, attributes, inputs }: Operation): string {
  return JSON.stringify([name, attributes, inputs.length]);
}

/** A name of a source that is the same in all traces of a model. */
function nameOf(source: Source, numbers: Map<Operation, number>): string {
  switch (source.kind) {
    case "operation":
      return `${numbers.get(source.operation)}:${source.output}`;
    case "argument":
      return `argument ${source.index}`;
    case "variable":
      return `variable ${source.variable.id} ${dtypeOf(source.variable)}`;
    default:
      return source.kind;
  }
}
