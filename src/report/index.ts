export { type Claim, type ClaimOptions, checkClaim, claim } from "./claim.js";
export { type DataFrameOptions, dataFrame } from "./dataFrame.js";
export { differences } from "./differences.js";
export { fast } from "./fast.js";
export { largestDifference } from "./largestDifference.js";
export { percent, plusMinus, round } from "./round.js";
