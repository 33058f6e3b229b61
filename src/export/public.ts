export { type CModel, type COptions, c } from "./c/c.js";
export type { ModelFacts } from "./manifest/facts.js";
export type {
  Manifest,
  ManifestAccuracy,
  ManifestData,
  ManifestFile,
  ManifestTensor,
  ManifestVectors,
} from "./manifest/form.js";
export { type ManifestOptions, manifest } from "./manifest/manifest.js";
export type { ManifestOption } from "./manifest/option.js";
export {
  type Verification,
  type VerifiedPart,
  type VerifyOptions,
  verify,
} from "./manifest/verify.js";
export {
  type OnnxFile,
  type OnnxMode,
  type OnnxOptions,
  type OnnxTensor,
  onnx,
} from "./onnx/onnx.js";
export { type Page, type PageOptions, page } from "./page/page.js";
export type { OutputRange } from "./savedModel/rewrite/outputs.js";
export {
  type ExportedVariable,
  type SavedModel,
  type SavedModelOptions,
  type Signature,
  savedModel,
  type TensorSpec,
} from "./savedModel/savedModel.js";
export {
  type TfliteFile,
  type TfliteMode,
  type TfliteOptions,
  type TfliteTensor,
  tflite,
} from "./tflite/tflite.js";
