export { depthwiseCnn } from "./depthwiseCnn.js";
