export { inspectValue as inspect } from "../../display/index.js";
