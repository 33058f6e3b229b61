/** @internal */
export { licenceIdentifier } from "./licences.js";
export * from "./public.js";
