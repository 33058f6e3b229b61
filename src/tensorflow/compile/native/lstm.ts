import type { RecurrentCall } from "../../kernels/recurrent.js";
import { nodeBackend, type OpAttribute, typeAttribute } from "../../loading/nodeBackend.js";
import { tf } from "../../tf.js";

/** `TF_DataType` of 64-bit integers. tfjs has no name for it. */
const int64 = 9;

/**
 * @internal
 * An LSTM of sigmoid gates and tanh as `BlockLSTMV2`, one op for all time steps, the gradient as `BlockLSTMGradV2`:
 * the output, and with `states` the output and the cell state after the last step.
 */
export function blockLstm(call: RecurrentCall, { states }: { states: boolean }): tf.Tensor[] {
  const { x, kernel, recurrentKernel, bias, initial } = call;
  const [n, steps] = x.shape as [number, number];
  const units = recurrentKernel.shape[0]!;
  const [h, c] = initial ?? [tf.fill([n, units], 0), tf.fill([n, units], 0)];
  const weights = tf.concat([kernel, recurrentKernel], 0);
  const inputs = [tf.transpose(x, [1, 0, 2]), c!, h!, weights, bias ?? tf.fill([4 * units], 0)];
  const all = allSteps(inputs, { cells: states });
  const at = (step: number) => all.slice([step], [1]).reshape([n, units]);
  const output = call.sequences ? tf.transpose(all.slice([0], [steps]), [1, 0, 2]) : at(steps - 1);
  return states ? [output, at(steps - 1), at(2 * steps - 1)] : [output];
}

/**
 * Outputs, `[steps, n, units]`, with `cells` followed by the cell states, `[2 · steps, n, units]`.
 *
 * @param inputs x `[steps, n, inputs]`; cell state and output before, `[n, units]`; weights
 *   `[inputs + units, 4 · units]` and bias of the gates input, forget, cell, output
 */
function allSteps(inputs: tf.Tensor[], { cells }: { cells: boolean }): tf.Tensor {
  const steps = inputs[0]!.shape[0];
  const op = tf.customGrad((...args: unknown[]) => {
    const save = args.pop() as (tensors: tf.Tensor[]) => void;
    const operands = withPeepholes(args as tf.Tensor[]);
    const results = execute("BlockLSTMV2", steps, operands, 7);
    save([...operands, ...results]);
    const [h, c] = [results[6]!, results[1]!];
    return {
      value: cells ? tf.concat([h, c], 0) : h,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [dh, dc] = cells ? tf.split(dy, 2, 0) : [dy, tf.fill(dy.shape, 0)];
        const gradients = execute("BlockLSTMGradV2", steps, [...saved, dc!, dh!], 8);
        return [...gradients.slice(0, 4), gradients[7]!];
      },
    };
  });
  return op(...inputs);
}

/** Puts peephole weights, which aren't used, before the bias. */
function withPeepholes(inputs: tf.Tensor[]): tf.Tensor[] {
  const none = tf.fill([inputs[1]!.shape[1]!], 0);
  return [...inputs.slice(0, -1), none, none, none, inputs.at(-1)!];
}

/** Runs an op whose first input is the number of steps. */
function execute(name: string, steps: number, inputs: tf.Tensor[], outputs: number): tf.Tensor[] {
  const backend = nodeBackend();
  const { binding } = backend;
  const cast: OpAttribute[] = [
    typeAttribute("SrcT", "int32"),
    { name: "DstT", type: binding.TF_ATTR_TYPE, value: int64 },
  ];
  const [count] = binding.executeOp(
    "Cast",
    cast,
    backend.getInputTensorIds([tf.scalar(steps, "int32")]),
    1,
  );
  try {
    const ids = [count!.id, ...backend.getInputTensorIds(inputs)];
    const attributes = [
      typeAttribute("T", "float32"),
      { name: "use_peephole", type: binding.TF_ATTR_BOOL, value: false },
    ];
    return binding
      .executeOp(name, attributes, ids, outputs)
      .map((output) => backend.createOutputTensor(output));
  } finally {
    binding.deleteTensor(count!.id);
  }
}
