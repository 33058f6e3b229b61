import type { FileModel, FileOperator } from "./fileModel.js";
import { activationFunctionType, type OperatorName } from "./schema/enums.js";
import { options } from "./schema/options.js";

const clamps: Partial<Record<OperatorName, number>> = {
  RELU: activationFunctionType.RELU,
  RELU6: activationFunctionType.RELU6,
};

/** The file with each RELU and RELU6 as the activation of the operator before it, where nothing else reads that operator. */
export function fuseActivations(file: FileModel): FileModel {
  const readers = new Map<number, number>();
  for (const input of [...file.operators.flatMap(({ inputs }) => inputs), ...file.outputs]) {
    readers.set(input, (readers.get(input) ?? 0) + 1);
  }
  const operators: FileOperator[] = [];
  for (const operator of file.operators) {
    const input = operator.inputs[0]!;
    const place = operators.findIndex(({ outputs }) => outputs[0] === input);
    const before = operators[place];
    const fused = before && fuse(before, operator);
    if (fused && readers.get(input) === 1) operators[place] = fused;
    else operators.push(operator);
  }
  return withoutUnused({ ...file, operators });
}

/** The first operator with the second one as its activation; `undefined` if it can't have it. */
function fuse(first: FileOperator, { code, outputs }: FileOperator): FileOperator | undefined {
  const activation = clamps[code];
  if (activation === undefined || !first.options) return undefined;
  const { name, values } = first.options;
  const takes =
    name !== "ConcatenationOptions" && "fusedActivationFunction" in options[name].fields;
  if (!takes || Number(values.fusedActivationFunction ?? 0) !== 0) return undefined;
  const fusedActivationFunction = activation;
  return { ...first, outputs, options: { name, values: { ...values, fusedActivationFunction } } };
}

/** The file without the tensors that no operator names any more. */
function withoutUnused(file: FileModel): FileModel {
  const { operators, inputs, outputs } = file;
  const lists = operators.map((o) => [...o.inputs, ...o.outputs, ...(o.intermediates ?? [])]);
  const used = new Set([...lists.flat(), ...inputs, ...outputs]);
  const left = file.tensors.map((_, i) => i).filter((i) => used.has(i));
  const places = new Map(left.map((old, i) => [old, i]));
  const moved = (list: readonly number[]) => list.map((i) => places.get(i) ?? i);
  return {
    ...file,
    tensors: left.map((i) => file.tensors[i]!),
    operators: operators.map((operator) => ({
      ...operator,
      inputs: moved(operator.inputs),
      outputs: moved(operator.outputs),
      intermediates: operator.intermediates && moved(operator.intermediates),
    })),
    inputs: moved(inputs),
    outputs: moved(outputs),
  };
}
