export {
  type CheckDataOptions,
  checkData,
  type DataCheckRow,
  DataChecks,
} from "./checkData.js";
export { type CroissantFile, type CroissantOptions, croissant } from "./croissant.js";
export { type DuplicateRow, Duplicates, type DuplicatesOptions, duplicates } from "./duplicates.js";
export {
  type LabelErrorRow,
  LabelErrors,
  type LabelErrorsOptions,
  labelErrors,
} from "./labelErrors.js";
