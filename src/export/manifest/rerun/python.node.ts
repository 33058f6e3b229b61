import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { checkTensor } from "../form.js";
import { list, named, record, text } from "../shapes.js";
import type { Rerun, Runner } from "./runner.js";

/** The most characters that the Python program may print. */
const mostCharacters = 2 ** 27;
/** The longest run, in milliseconds. */
const longest = 10 * 60 * 1000;

const program = fileURLToPath(new URL("../../../../scripts/rerun.py", import.meta.url));

const checkResult = record<{ runtime: string; outputs: ReturnType<typeof checkTensor>[] }>({
  runtime: text(200),
  outputs: list(checkTensor, { least: 1, most: 100 }),
});
const checkMissing = named(text(1000), { most: 2 });

/**
 * @internal
 * Runs `.tflite` and `.onnx` files by `scripts/rerun.py`, in a process of its own, so that a file that makes a runtime
 * crash doesn't end this process.
 */
export function pythonRunner(python: string): Runner {
  return async (path, inputs) => {
    let printed: string;
    try {
      printed = await output(python, JSON.stringify({ file: path, inputs }));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      return {
        reason: `there is no Python at ${python} (name one, as in --python /usr/bin/python3)`,
      };
    }
    return resultOf(JSON.parse(printed), python);
  };
}

function resultOf(printed: object, python: string): Rerun {
  if ("missing" in printed) {
    const { missing, install } = checkMissing(printed, "");
    return {
      reason: `${python} has no module ${missing} (install it: ${python} -m pip install ${install})`,
    };
  }
  return checkResult(printed, "");
}

/** The program's output for a text on its input. */
function output(python: string, input: string): Promise<string> {
  return new Promise((settle, reject) => {
    const child = spawn(python, [program], { timeout: longest, killSignal: "SIGKILL" });
    let [printed, problem] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      printed += chunk;
      if (printed.length > mostCharacters) child.kill("SIGKILL");
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      problem = (problem + chunk).slice(-10_000);
    });
    child.on("error", reject);
    // A program that ends early closes its input.
    child.stdin.on("error", () => undefined);
    child.on("close", (status, signal) => {
      if (status === 0) settle(printed);
      else reject(new Error(reasonOf(problem) || `Python ended with ${signal ?? status}`));
    });
    child.stdin.end(input);
  });
}

/** The last line that a Python program wrote about its error. */
function reasonOf(problem: string): string {
  return problem.trimEnd().split("\n").at(-1) ?? "";
}
