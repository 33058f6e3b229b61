export { quantize } from "./quantize.js";
