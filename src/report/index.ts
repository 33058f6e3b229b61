export { type Claim, type ClaimOptions, checkClaim, claim, claimMimeType } from "./claim.js";
export { dataFrame } from "./dataFrame.js";
export { type Interval, interval } from "./interval.js";
