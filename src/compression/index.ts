export { type ClusterModelOptions as ClusterOptions, cluster } from "./cluster.js";
export { ClusterConstraint, SparsityConstraint } from "./constraints.js";
export {
  type Distillation,
  type DistillationOptions,
  distillation,
} from "./distillation.js";
export { GradualPruning, type GradualPruningOptions } from "./gradualPruning.js";
export { preserving } from "./preserving.js";
export { type PruneOptions, prune } from "./prune.js";
export { strip } from "./strip.js";
export { size, sparsity, summary } from "./summary.js";
