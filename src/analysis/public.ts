export type { Proportion } from "../statistics/index.js";
export { rankCorrelation } from "../statistics/index.js";
export { Cost, type CostRow, cost } from "./cost/cost.js";
export { Churn, type ChurnRow, churn } from "./errors/churn.js";
export { type LayerErrorRow, LayerErrors } from "./errors/layerErrors.js";
export { layers } from "./errors/layers.js";
export type { EstimatorOptions } from "./gradients/estimatorPoints.js";
export { type GradientBiasOptions, gradientBias } from "./gradients/gradientBias.js";
export {
  type BiasPoint,
  GradientBias,
  type GradientBiasRow,
} from "./gradients/gradientBiasResult.js";
export {
  GradientField,
  type GradientFieldOptions,
  type GradientFieldRow,
  gradientField,
} from "./gradients/gradientField.js";
export {
  type AssignmentRow,
  Assignments,
  type AssignmentsOptions,
  assignments,
} from "./mixedPrecision/assignments.js";
export {
  type Budget,
  MixedPrecision,
  type MixedPrecisionOptions,
  type MixedPrecisionRow,
  mixedPrecision,
} from "./mixedPrecision/mixedPrecision.js";
export { type OscillationOptions, oscillation } from "./oscillation/oscillation.js";
export {
  Oscillation,
  type OscillationRow,
  type RasterChoice,
} from "./oscillation/oscillationResult.js";
export {
  type HessianScoresOptions,
  HessianTrace,
  type HessianTraceRow,
} from "./sensitivity/hessianResult.js";
export { type HessianTraceOptions, hessianTrace } from "./sensitivity/hessianTrace.js";
export { type SensitivityOptions, sensitivity } from "./sensitivity/sensitivity.js";
export { type Scores, Sensitivity, type SensitivityRow } from "./sensitivity/sensitivityResult.js";
export type { GroupBy, GroupedExample } from "./subgroups/grouping.js";
export { type SubgroupRow, Subgroups } from "./subgroups/result.js";
export { type ModelOrModels, type SubgroupsOptions, subgroups } from "./subgroups/subgroups.js";
export {
  type OnceWay,
  type TrainedWay,
  type TrainingCostOptions,
  trainingCost,
} from "./training/trainingCost.js";
export { TrainingCost, type TrainingCostRow } from "./training/trainingCostResult.js";
