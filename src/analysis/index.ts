export {
  type AssignmentRow,
  Assignments,
  type AssignmentsOptions,
  assignments,
} from "./assignments.js";
export { Churn, type ChurnRow, churn } from "./churn.js";
export { Cost, type CostRow, cost } from "./cost.js";
export type { EstimatorOptions } from "./estimatorPoints.js";
export { type GradientBiasOptions, gradientBias } from "./gradientBias.js";
export { type BiasPoint, GradientBias, type GradientBiasRow } from "./gradientBiasResult.js";
export {
  GradientField,
  type GradientFieldOptions,
  type GradientFieldRow,
  gradientField,
} from "./gradientField.js";
export { HessianTrace, type HessianTraceRow } from "./hessianResult.js";
export { type HessianTraceOptions, hessianTrace } from "./hessianTrace.js";
export { type LayerErrorRow, LayerErrors } from "./layerErrors.js";
export { layers } from "./layers.js";
export {
  type Budget,
  MixedPrecision,
  type MixedPrecisionOptions,
  type MixedPrecisionRow,
  mixedPrecision,
} from "./mixedPrecision.js";
export { oscillation } from "./oscillation.js";
export { Oscillation, type OscillationRow, type RasterChoice } from "./oscillationResult.js";
export type { Proportion } from "./proportion.js";
export { rankCorrelation } from "./rankCorrelation.js";
export { type SensitivityOptions, sensitivity } from "./sensitivity.js";
export { type Scores, Sensitivity, type SensitivityRow } from "./sensitivityResult.js";
export {
  type OnceWay,
  type TrainedWay,
  type TrainingCostOptions,
  trainingCost,
} from "./trainingCost.js";
export { TrainingCost, type TrainingCostRow } from "./trainingCostResult.js";
