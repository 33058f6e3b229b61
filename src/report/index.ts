export { type Claim, type ClaimOptions, checkClaim, claim, claimMimeType } from "./claim.js";
export { dataFrame } from "./dataFrame.js";
export { percent, round } from "./round.js";
