export { openDatabase } from "./database.js";
export { readerFiles } from "./readerFiles.js";
export { TabStore, tabStore } from "./tabStore.js";
