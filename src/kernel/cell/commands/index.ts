import type { CommandName } from "../../commandNames.js";
import { changeFolder, environment } from "./environment.js";
import { help } from "./help.js";
import { runNpm, runShell } from "./shell.js";

export { StopWatch, timeit } from "./timing.js";

type Order = Exclude<CommandName, "time" | "timeit" | "types">;

/** Where the notebook is. */
interface Place {
  /** The notebook's folder. */
  folder: string;
}

const orders: Record<Order, (argument: string, place: Place) => void | Promise<void>> = {
  cd: changeFolder,
  env: environment,
  help,
  npm: (argument, { folder }) => runNpm(argument, folder),
  shell: runShell,
};

/** Carries out a command that a cell gives with `%name argument` or `!argument`. */
export async function obey(name: string, argument: string, place: Place): Promise<void> {
  await orders[name as Order](argument, place);
}
