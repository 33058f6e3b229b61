import type * as tfjs from "@tensorflow/tfjs";
import { load } from "#door/tensorflow/loading/load";
import { formatModel, guardTraining, type MimeBundle, printAsShown } from "../display/index.js";
import { completeGradients } from "./gradients/register.js";
import { completeLayers } from "./layers/complete.js";
import type { KernelAddon, TensorFlow } from "./loading/loaded.js";

const loaded = load();
completeGradients(loaded.tf);
completeLayers(loaded.tf);
guardTraining(loaded.tf);
printAsShown(loaded.tf.LayersModel.prototype, formatModel as (model: object) => MimeBundle);

/**
 * TensorFlow.js as the library loaded it: native TensorFlow where the set-up built its binding, else the `cpu`
 * backend in plain JavaScript. The types of TensorFlow.js have names in it as well: `q.tf.Tensor`.
 *
 * @example
 * q.tf.tensor([1, 2, 3]).mean().dataSync(); // Float32Array(1) [ 2 ]
 */
export const tf: TensorFlow = loaded.tf;

/** The types that go with {@link tf}. */
export declare namespace tf {
  type Tensor<R extends tfjs.Rank = tfjs.Rank> = tfjs.Tensor<R>;
  type Tensor1D = tfjs.Tensor1D;
  type Tensor2D = tfjs.Tensor2D;
  type Tensor3D = tfjs.Tensor3D;
  type Tensor4D = tfjs.Tensor4D;
  type Scalar = tfjs.Scalar;
  type Variable = tfjs.Variable;
  type Rank = tfjs.Rank;
  type DataType = tfjs.DataType;
  type TensorLike = tfjs.TensorLike;
  type NamedTensorMap = tfjs.NamedTensorMap;
  type Optimizer = tfjs.Optimizer;
  type LayersModel = tfjs.LayersModel;
  type LayerVariable = tfjs.LayerVariable;
  type Sequential = tfjs.Sequential;
  type SymbolicTensor = tfjs.SymbolicTensor;
  type Shape = tfjs.Shape;
}

/** @internal Whether ops run in native TensorFlow; false on the JavaScript backends. */
export const isNative: boolean = loaded.native;

/** @internal Why native TensorFlow isn't used; empty if it is used. */
export const reasonNotNative: string = loaded.reason;

/** @internal The library's own kernels, or why there are none. */
export const kernelAddon: KernelAddon | string = loaded.kernels ?? reasonNotNative;

if (loaded.advice) console.warn(loaded.advice);
