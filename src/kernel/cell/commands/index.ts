import { changeFolder, environment } from "#door/kernel/cell/commands/environment";
import { runNpm, runShell } from "#door/kernel/cell/commands/shell";
import type { CommandName } from "../../commandNames.js";
import { help } from "./help.js";

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
