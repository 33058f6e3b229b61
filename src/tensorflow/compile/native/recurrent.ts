import { hasKernels } from "../../kernels/library.js";
import { type RecurrentCall, recurrentKernel } from "../../kernels/recurrent.js";
import { changedIn } from "../../stateRounding.js";
import { tf } from "../../tf.js";
import { blockLstm } from "./lstm.js";
import { gradientDepth, type Restore, replaceMethod } from "./substitute.js";

type Layer = Pick<InstanceType<typeof tf.layers.Layer>, "call">;
type Activation = { getClassName(): string };

/** The layer as its own code sees it. */
interface Recurrent {
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
    call: object;
  };
}

/** A layer in one op: the output, then the states; `undefined` if there is no op for it. */
type Run = (call: RecurrentCall, options: { states: boolean }) => tf.Tensor[] | undefined;

/** Up to so many weights the library's own kernels are faster than products of TensorFlow's. */
const mostWeights = 2 ** 18;

/**
 * @internal
 * LSTM and GRU layers as one op for all time steps: those of sigmoid gates, hard ones too, and tanh, without a mask,
 * dropout or kept state. The library's own kernels compute small layers, those of a quantized layer too; without them
 * an LSTM that isn't of hard sigmoids is TensorFlow's `BlockLSTMV2`.
 */
export function replaceRecurrent(): Restore {
  const restores = [
    replaceLayer(tf.layers.lstm({ units: 1 }), (call, options) => {
      if (isSmall(call)) return recurrentKernel("Lstm", call);
      return call.hard || call.rounding ? undefined : blockLstm(call, options);
    }),
    replaceLayer(tf.layers.gru({ units: 1 }), (call) =>
      isSmall(call) ? recurrentKernel("Gru", call) : undefined,
    ),
  ];
  return () => {
    for (const restore of restores) restore();
  };
}

function isSmall({ kernel, recurrentKernel }: RecurrentCall): boolean {
  return hasKernels() && kernel.size + recurrentKernel.size <= mostWeights;
}

function replaceLayer(layer: InstanceType<typeof tf.layers.Layer>, run: Run): Restore {
  const prototype = Object.getPrototypeOf(layer) as Layer;
  const { cell } = layer as unknown as Recurrent;
  return replaceMethod(prototype, "call", (original) => {
    return function (this: Layer & Recurrent, inputs, kwargs) {
      const [x] = [inputs].flat() as [tf.Tensor3D];
      // Draws of dropout replace the method of all cells, a quantized layer that of its own cell, which it may round.
      const change = changedIn(this.cell.call);
      const rounding = change?.rounding();
      const own = (change?.original ?? this.cell.call) === cell.call && !change === !rounding;
      const plain = isPlain(this) && own;
      const fits = x.rank === 3 && x.dtype === "float32" && x.shape[1] > 0 && kwargs?.mask == null;
      if (!plain || !fits || gradientDepth() > 1) return original.call(this, inputs, kwargs);
      const results = tf.tidy(() => {
        const initial = kwargs?.initialState as tf.Tensor[] | undefined;
        const call = { ...callOf(this, x, initial), rounding };
        const results = run(call, { states: this.returnState });
        return this.returnState ? results : results?.slice(0, 1);
      });
      if (!results) return original.call(this, inputs, kwargs);
      return this.returnState ? results : results[0]!;
    };
  });
}

function isPlain({ stateful, cell }: Recurrent): boolean {
  return (
    !stateful &&
    cell.activation.getClassName() === "tanh" &&
    ["sigmoid", "hardSigmoid"].includes(cell.recurrentActivation.getClassName()) &&
    cell.dropout === 0 &&
    cell.recurrentDropout === 0
  );
}

function callOf(layer: Recurrent, x: tf.Tensor, initial: tf.Tensor[] | undefined): RecurrentCall {
  const { cell } = layer;
  return {
    x: layer.goBackwards ? tf.reverse(x, 1) : x,
    kernel: cell.kernel.read(),
    recurrentKernel: cell.recurrentKernel.read(),
    bias: cell.bias?.read(),
    initial,
    hard: cell.recurrentActivation.getClassName() === "hardSigmoid",
    sequences: layer.returnSequences,
  };
}
