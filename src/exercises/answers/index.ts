export { choice } from "./choice.js";
export { format } from "./format.js";
export { functionOf, type Trial } from "./function.js";
export { type NumberOptions, number } from "./number.js";
export { type Nested, numbers } from "./numbers.js";
export { record } from "./record.js";
export { satisfies } from "./satisfies.js";
