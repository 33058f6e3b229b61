import { nodeBackend } from "../loading/nodeBackend.js";
import type { StateRounding } from "../stateRounding.js";
import { tf } from "../tf.js";

/** @internal A recurrent layer's call. */
export interface RecurrentCall {
  /** `[examples, steps, inputs]` */
  x: tf.Tensor;
  /** `[inputs, gates · units]` */
  kernel: tf.Tensor;
  /** `[units, gates · units]` */
  recurrentKernel: tf.Tensor;
  /** `[gates · units]` */
  bias?: tf.Tensor | undefined;
  /** The output before the first step, and an LSTM's cell state: `[examples, units]` each. Default: zeros. */
  initial?: tf.Tensor[] | undefined;
  /** Whether the gates are of tfjs's hard sigmoid, else of the logistic one. */
  hard: boolean;
  /** Whether the output has all steps, else the last one. */
  sequences: boolean;
  /** Fake quantization of the output after each step. Gradients pass within the range. */
  rounding?: StateRounding | undefined;
}

/** How many states a layer has, and tensors that its op makes. */
const kinds = { Lstm: { states: 2, found: 4 }, Gru: { states: 1, found: 3 } };

/**
 * @internal
 * An LSTM or a GRU, all time steps in one op (native/lstm.cc, native/gru.cc), and the gradient in another, fake
 * quantization of the output after each step included: the
 * output, and then the states after the last step. Results differ from those of the layer's own ops by 1e-6 of the
 * largest at most, and don't depend on the number of threads.
 */
export function recurrentKernel(kind: keyof typeof kinds, call: RecurrentCall): tf.Tensor[] {
  const { x, bias, initial = [], sequences } = call;
  const [n, steps] = x.shape as [number, number];
  const units = call.recurrentKernel.shape[0]!;
  const last = (all: tf.Tensor) => tf.slice(all, [0, steps - 1], [n, 1]).reshape([n, units]);
  const { states, found } = kinds[kind];
  const width = sequences ? steps * units : units;
  const op = tf.customGrad((...args: unknown[]) => {
    const save = args.pop() as (tensors: tf.Tensor[]) => void;
    const [x, kernel, recurrent, ...rest] = args as [tf.Tensor, tf.Tensor, tf.Tensor];
    const none = tf.fill([0], 0);
    const given = [
      bias ? rest.shift()! : none,
      ...Array.from({ length: states }, (_, i) => rest[i] ?? none),
    ];
    const range = call.rounding ? [call.rounding.min, call.rounding.max] : [none, none];
    const operands = [x, kernel, recurrent, ...given, ...range];
    const results = run(`Qatlab${kind}`, operands, found, call);
    save([...operands, ...results]);
    const output = sequences ? results[0]!.reshape([n, width]) : last(results[0]!);
    return {
      value: states === 1 ? output : tf.concat([output, last(results[1]!)], 1),
      gradFunc(dy: tf.Tensor, saved: tf.Tensor[]) {
        const [doutput, ...dstates] = states === 1 ? [dy] : tf.split(dy, [width, units], 1);
        const none = tf.fill([0], 0);
        const outputs = sequences ? [doutput!, none] : [none, doutput!];
        const inputs = [...saved, ...outputs, ...dstates];
        const gradients = run(`Qatlab${kind}Gradient`, inputs, 4 + states, call);
        return gradients.filter((_, i) => i < 3 || (i === 3 ? bias : initial[i - 4]));
      },
    };
  });
  const value = op(x, call.kernel, call.recurrentKernel, ...(bias ? [bias] : []), ...initial);
  const flat = states === 1 ? value : tf.slice(value, [0, 0], [n, width]);
  const output = sequences ? flat.reshape([n, steps, units]) : flat;
  const h = sequences ? last(output) : output;
  return states === 1 ? [output, h] : [output, h, tf.slice(value, [0, width], [n, units])];
}

function run(name: string, inputs: tf.Tensor[], outputs: number, call: RecurrentCall) {
  const { hard, rounding } = call;
  const { TF_ATTR_BOOL, TF_ATTR_INT } = nodeBackend().binding;
  const attributes = [
    { name: "hard", type: TF_ATTR_BOOL, value: hard },
    { name: "num_bits", type: TF_ATTR_INT, value: rounding?.bits ?? 0 },
    { name: "narrow_range", type: TF_ATTR_BOOL, value: rounding?.narrowRange ?? false },
  ];
  return nodeBackend().executeMultipleOutputs(name, attributes, inputs, outputs);
}
