import { join } from "node:path";
import { dataFolder } from "./dataFolder.js";
import { History } from "./history.js";
import { SessionFiles } from "./sessionFiles.js";

export { History, type HistoryEntry } from "./history.js";

/** The history that is kept across kernels, unless `QATLAB_HISTORY` is `off`. */
export function openHistory(): History {
  if (process.env.QATLAB_HISTORY === "off") return new History();
  return new History(new SessionFiles(join(dataFolder(), "qatlab", "history")));
}
