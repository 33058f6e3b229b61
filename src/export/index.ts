export {
  type ExportedVariable,
  type SavedModel,
  type SavedModelOptions,
  type Signature,
  savedModel,
  type TensorSpec,
} from "./savedModel/savedModel.js";
