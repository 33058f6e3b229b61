export { type ClusterOptions, cluster } from "./cluster.js";
export {
  ClusterConstraint,
  type ClusterConstraintOptions,
  clusterConstraint,
  SparsityConstraint,
  sparsityConstraint,
} from "./constraints.js";
export {
  type Distillation,
  type DistillationOptions,
  distillation,
} from "./distillation.js";
export { GradualPruning, type GradualPruningOptions, gradualPruning } from "./gradualPruning.js";
export { preserving } from "./preserving.js";
export { type PruneOptions, prune } from "./prune.js";
export { strip } from "./strip.js";
export { size, sparsity, summary } from "./summary.js";
