export { openDatabase } from "./database.js";
export { TabStore, tabStore } from "./tabStore.js";
