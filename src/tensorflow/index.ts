import { registerMaxPoolGradient } from "./kernels/maxPool.js";
import { printTensors } from "./printTensors.js";

/** @internal */
export { danfo } from "#door/tensorflow/danfo";
/** @internal */
export { describe } from "./compile/callSite.js";
export type { Argument } from "./compile/compile.js";
/** @internal */
export { eagerTwin, runEagerly } from "./compile/eager.js";
/** @internal */
export { type NodeNames, TraceGraph } from "./compile/graph.js";
/** @internal */
export { type GraphBuilder, messages, type } from "./compile/graphBuilder.js";
/** @internal */
export { shapeMessage } from "./compile/graphMessage.js";
/** @internal */
export { MessageWriter } from "./compile/messageWriter.js";
/** @internal */
export { randomProblems } from "./compile/random.js";
/** @internal */
export { Recorder } from "./compile/recorder.js";
/** @internal */
export type { Constant, Operation, Source, Trace } from "./compile/values.js";
/** @internal */
export { fakeQuantGradients, fakeQuantValues, gradientForX } from "./fakeQuant/fakeQuant.js";
/** @internal */
export { fakeQuantGrids } from "./fakeQuant/fakeQuantGrids.js";
/** @internal */
export { freeTape } from "./gradients/freeTape.js";
/** @internal */
export { arrayKernels, hasKernels, withoutKernels } from "./kernels/library.js";
/** @internal */
export { minifloatKernel } from "./kernels/minifloat.js";
/** @internal */
export { dtypeOf, nodeBackend, type OpAttribute, type TypedValues } from "./loading/nodeBackend.js";
/** @internal */
export { captureGraph, countOps } from "./profile/graphOps.js";
export type { Tally } from "./profile/meter.js";
/** @internal */
export { type Measurement, measure } from "./profile/meter.js";
/** @internal */
export { peakBytes } from "./profile/peakBytes.js";
/** @internal */
export { SavedState } from "./profile/savedState.js";
export * from "./public.js";
/** @internal */
export { noteChanged, type StateRounding } from "./stateRounding.js";
/** @internal */
export { isNative, reasonNotNative } from "./tf.js";

printTensors();
registerMaxPoolGradient();
