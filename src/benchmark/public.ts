export { type Benchmarked, type BenchmarkOptions, benchmark } from "./benchmark.js";
export type { BreakEven, BreakEvenEnergy, BreakEvenOptions } from "./breakEven.js";
export type { LabelledData } from "./examples.js";
export { Benchmark, type BenchmarkRow } from "./result.js";
