import { nodeBackend, type OpAttribute, typeAttribute } from "../../loading/nodeBackend.js";
import { tf } from "../../tf.js";
import { gradientDepth, type Restore, replaceMethod } from "./substitute.js";

type Layer = Pick<InstanceType<typeof tf.layers.Layer>, "call">;
type Activation = { getClassName(): string };

/** The layer as its own code sees it. */
interface Lstm {
  stateful: boolean;
  goBackwards: boolean;
  returnSequences: boolean;
  returnState: boolean;
  cell: {
    units: number;
    activation: Activation;
    recurrentActivation: Activation;
    dropout: number;
    recurrentDropout: number;
    kernel: tf.LayerVariable;
    recurrentKernel: tf.LayerVariable;
    bias: tf.LayerVariable | null;
    call: unknown;
  };
}

/** `TF_DataType` of 64-bit integers. tfjs has no name for it. */
const int64 = 9;

/**
 * @internal
 * LSTM layers as `BlockLSTMV2`, one op for all time steps, the gradient as `BlockLSTMGradV2`: those
 * of sigmoid gates (tfjs's default is a hard sigmoid) and tanh, without a mask, dropout or kept state.
 */
export function replaceLstm(): Restore {
  const layer = tf.layers.lstm({ units: 1 });
  const prototype = Object.getPrototypeOf(layer) as Layer;
  const cellCall = (layer as unknown as Lstm).cell.call;
  return replaceMethod(prototype, "call", (original) => {
    return function (this: Layer & Lstm, inputs, kwargs) {
      const [x] = [inputs].flat() as [tf.Tensor3D];
      const plain = isPlain(this) && this.cell.call === cellCall;
      const fits = x.rank === 3 && x.dtype === "float32" && kwargs?.mask == null;
      if (!plain || !fits || gradientDepth() > 1) return original.call(this, inputs, kwargs);
      return tf.tidy(() => call(this, x, kwargs?.initialState as tf.Tensor[] | undefined));
    };
  });
}

function isPlain({ stateful, cell }: Lstm): boolean {
  return (
    !stateful &&
    cell.activation.getClassName() === "tanh" &&
    cell.recurrentActivation.getClassName() === "sigmoid" &&
    cell.dropout === 0 &&
    cell.recurrentDropout === 0
  );
}

/** `[n, steps, inputs]` to `[n, units]`, or to `[n, steps, units]` where the layer returns sequences. */
function call(layer: Lstm, x: tf.Tensor3D, initial: tf.Tensor[] | undefined) {
  const { kernel, recurrentKernel, bias, units } = layer.cell;
  const [n, steps] = x.shape;
  const states = initial ?? [tf.fill([n, units], 0), tf.fill([n, units], 0)];
  const ordered = layer.goBackwards ? tf.reverse(x, 1) : x;
  const inputs = [
    tf.transpose(ordered, [1, 0, 2]),
    states[1]!,
    states[0]!,
    tf.concat([kernel.read(), recurrentKernel.read()], 0),
    bias?.read() ?? tf.fill([4 * units], 0),
  ];
  const all = blockLstm(inputs, { cells: layer.returnState });
  const at = (step: number) => all.slice([step], [1]).reshape([n, units]);
  const output = layer.returnSequences
    ? tf.transpose(all.slice([0], [steps]), [1, 0, 2])
    : at(steps - 1);
  return layer.returnState ? [output, at(steps - 1), at(2 * steps - 1)] : output;
}

/**
 * Outputs, `[steps, n, units]`, with `cells` followed by the cell states, `[2 · steps, n, units]`.
 *
 * @param inputs x `[steps, n, inputs]`; cell state and output before, `[n, units]`; weights
 *   `[inputs + units, 4 · units]` and bias of the gates input, forget, cell, output
 */
function blockLstm(inputs: tf.Tensor[], { cells }: { cells: boolean }): tf.Tensor {
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
