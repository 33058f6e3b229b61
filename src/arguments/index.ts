/** @internal */
export { type BitsOptions, checkBits, isBits } from "./bits.js";
/** @internal */
export { checkChoice } from "./choices.js";
/** @internal */
export { type CountLimits, checkCount, checkCounts, checkOptionalCounts } from "./counts.js";
/** @internal */
export { checkInteger, type IntegerLimits } from "./integers.js";
/** @internal */
export { checkMeant, entryOf, isMeant, isPattern, listedLayers, namesMeant } from "./layerNames.js";
/** @internal */
export { complaint } from "./message.js";
/** @internal */
export { nearest } from "./nearest.js";
/** @internal */
export { checkNumber, checkShare, type NumberLimits } from "./numbers.js";
/** @internal */
export { checkOptionNames, checkOptions, type OptionNames } from "./options.js";
/** @internal */
export { checkSeed, isSeed } from "./seed.js";
