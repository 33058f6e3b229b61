import { homedir, platform } from "node:os";
import { join } from "node:path";

/** Jupyter's folder of the user's data: `JUPYTER_DATA_DIR`, or else the platform's place. */
export function dataFolder(
  environment: NodeJS.ProcessEnv = process.env,
  system: NodeJS.Platform = platform(),
): string {
  const { JUPYTER_DATA_DIR, XDG_DATA_HOME, APPDATA } = environment;
  if (JUPYTER_DATA_DIR) return JUPYTER_DATA_DIR;
  if (system === "darwin") return join(homedir(), "Library", "Jupyter");
  if (system === "win32" && APPDATA) return join(APPDATA, "jupyter");
  return join(XDG_DATA_HOME || join(homedir(), ".local", "share"), "jupyter");
}
