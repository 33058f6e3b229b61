import { kernelFolder, pathInStack } from "#door/kernel/cell/platform";
import { sourceName } from "./sources.js";

/** How many frames of a stack are looked at. */
const depth = 60;

/**
 * Whether a cell or a local module is among the callers of the current code.
 *
 * @param options.directly whether it has to be the nearest, not counting Node's and the kernel's own functions: false
 *   for code that a library runs for the cell
 */
export function calledByCell({ directly }: { directly: boolean }): boolean {
  const files = callers().filter(
    (file) => !file.startsWith("node:") && !file.startsWith(kernelFolder),
  );
  const known = (file: string | undefined) => file !== undefined && sourceName(file) !== undefined;
  return directly ? known(files[0]) : files.some(known);
}

/** The files of the functions on the stack, the nearest first. */
function callers(): string[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = depth;
    Error.prepareStackTrace = (_, sites) => sites.map((site) => site.getFileName() ?? "");
    const files = new Error().stack as unknown as string[];
    return files.filter((file) => file !== "").map(pathInStack);
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}
