export { TabStore, tabStore } from "./tabStore.js";
