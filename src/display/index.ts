/** @internal */
export { base64 } from "./base64.js";
export type { FrameStyle } from "./dataframe.js";
/** @internal */
export { formatDataFrame, styleSymbol } from "./dataframe.js";
/** @internal */
export { showWherePrinted } from "./figureResult.js";
/** @internal */
export { guardEngine } from "./guardEngine.js";
/** @internal */
export { guardTraining } from "./guardTraining.js";
/** @internal */
export { inspectValue } from "./inspectValue.js";
/** @internal */
export { earlyForm, earlySymbol } from "./mime.js";
/** @internal */
export { formatModel } from "./model.js";
/** @internal */
export { png } from "./png.js";
/** @internal */
export { printAsShown } from "./printAsShown.js";
export * from "./public.js";
/** @internal */
export { type TensorLike, tensorInLine, tensorText } from "./tensor.js";
