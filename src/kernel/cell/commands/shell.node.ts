import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** `!command` runs a command in the shell and shows its output as it comes; a failure is told, not thrown. */
export async function runShell(command: string): Promise<void> {
  const code = await ended(spawn(command, { shell: true, stdio: ["ignore", "pipe", "pipe"] }));
  if (code !== 0) console.error(`the command ended with exit code ${code}`);
}

/** `%npm install package` runs npm in the notebook's folder. */
export async function runNpm(argument: string, folder: string): Promise<void> {
  // The npm that came with this Node may not be on the path.
  const beside = join(dirname(process.execPath), "npm");
  const npm = existsSync(beside) ? JSON.stringify(beside) : "npm";
  const child = spawn(`${npm} ${argument}`, {
    shell: true,
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const code = await ended(child);
  if (code !== 0) throw new Error(`npm ${argument} ended with exit code ${code}`);
}

/** Shows a child's output; resolves to its exit code, or to the signal that ended it. */
function ended(child: ChildProcess): Promise<number | string> {
  child.stdout!.on("data", (chunk) => process.stdout.write(chunk));
  child.stderr!.on("data", (chunk) => process.stderr.write(chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? signal ?? 0));
  });
}
