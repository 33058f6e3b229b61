import type { serialization } from "@tensorflow/tfjs";
import { checkLayerOptions } from "../../layers/index.js";
import { tf } from "../../tensorflow/index.js";
import { classOf } from "./classOf.js";
import { GRUCell } from "./gruCell.js";

type LayerOptions = Parameters<typeof tf.layers.gru>[0];

/** Options of {@link GRU}: those of `q.tf.layers.gru`, and `resetAfter`. */
export type GRUOptions = LayerOptions & { resetAfter?: boolean };

/**
 * A gated recurrent unit, in either form. With `resetAfter` (the default, as in Keras and cuDNN) the reset gate multiplies the
 * product of the state with its kernel: h̃ = tanh(x·W + b + r ⊙ (h·U + c)), with two biases; without, it multiplies the state:
 * h̃ = tanh(x·W + (r ⊙ h)·U + b), as in Cho et al. 2014, arXiv:1406.1078, equations 5 to 8. TensorFlow.js's own layer has the
 * second form alone.
 *
 * The input is `[batch, steps, features]`, the output `[batch, units]`, or `[batch, steps, units]` with `returnSequences`.
 *
 * @example
 * const gru = new q.models.layers.GRU({ name: "gru", units: 4 });
 * gru.apply(q.tf.ones([2, 5, 3])).shape; // [ 2, 4 ]
 * gru.weights.map(({ shape }) => shape.join("×")); // [ "3×12", "4×12", "2×12" ]
 */
export class GRU extends classOf("GRU") {
  static readonly className = "GRU";
  declare cell: GRUCell;

  /** @throws TypeError if the layer doesn't have an option */
  constructor(options: GRUOptions) {
    checkLayerOptions("q.models.layers.GRU", options, [...cellOptions, ...sequenceOptions]);
    const { resetAfter = true, ...config } = options;
    super({ ...config });
    // The cell that TensorFlow.js made has no resetAfter, so that another cell takes its place.
    this.cell = new GRUCell({ ...config, resetAfter });
  }

  static fromConfig<T extends serialization.Serializable>(
    cls: serialization.SerializableConstructor<T>,
    config: serialization.ConfigDict,
  ): T {
    // Files that don't say it were written when there was the other form alone.
    return new cls({ resetAfter: false, ...config } as never);
  }
}

const cellOptions = [
  ...["units", "activation", "recurrentActivation", "useBias", "resetAfter"],
  ...["kernelInitializer", "recurrentInitializer", "biasInitializer"],
  ...["kernelRegularizer", "recurrentRegularizer", "biasRegularizer", "activityRegularizer"],
  ...["kernelConstraint", "recurrentConstraint", "biasConstraint"],
  ...["dropout", "recurrentDropout", "dropoutFunc", "implementation", "seed", "useCudnn"],
];
const sequenceOptions = [
  ...["returnSequences", "returnState", "goBackwards", "stateful", "unroll", "cell", "inputDim"],
  ...["inputLength", "zeroOutputForMask", "timeMajor", "numConstants"],
];

tf.serialization.registerClass(GRU as never);
