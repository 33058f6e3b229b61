export {
  type AssignmentRow,
  Assignments,
  type AssignmentsOptions,
  assignments,
} from "./assignments.js";
export { Cost, type CostRow, cost } from "./cost.js";
export {
  HessianTrace,
  type HessianTraceOptions,
  type HessianTraceRow,
  hessianTrace,
} from "./hessianTrace.js";
export { type LayerErrorRow, LayerErrors, layers } from "./layers.js";
export {
  type Budget,
  MixedPrecision,
  type MixedPrecisionOptions,
  type MixedPrecisionRow,
  mixedPrecision,
} from "./mixedPrecision.js";
export { rankCorrelation } from "./rankCorrelation.js";
export {
  type Scores,
  Sensitivity,
  type SensitivityOptions,
  type SensitivityRow,
  sensitivity,
} from "./sensitivity.js";
