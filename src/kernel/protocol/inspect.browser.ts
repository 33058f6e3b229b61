export { inspect } from "../cell/inspect.js";
