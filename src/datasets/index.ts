export { type Batch, Dataset, type DatasetOptions, type Provenance } from "./dataset.js";
export { digits } from "./digits.js";
