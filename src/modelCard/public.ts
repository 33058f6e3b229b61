export { ModelCard, type ModelCardOptions, modelCard } from "./modelCard.js";
