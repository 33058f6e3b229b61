import { framePattern, isKernel, mainPattern, pathOf } from "./frames.js";
import { originOf, sourceName } from "./sources.js";

/** The stacks in V8's words, by the error whose stack says the readers' lines instead. */
const written = new WeakMap<object, { shown: string; raw: string }>();

/**
 * Has the stacks of errors name the lines that the reader wrote, without the kernel's own frames:
 * `at half (cell 3:2:5)`. So a caught error, a result and `console.trace` say the same places as a traceback.
 */
export function mapStacks(): void {
  Error.prepareStackTrace = (error, sites) => {
    const lines = sites.map((site) => `    at ${site}`);
    const raw = [header(error), ...lines].join("\n");
    const shown = [header(error), ...mapped(lines)].join("\n");
    written.set(error, { shown, raw });
    return shown;
  };
}

/** The stack in V8's words, with places in the compiled code; `stack` is the error's own. */
export function rawStack(error: object, stack: string | undefined): string | undefined {
  const known = written.get(error);
  return known !== undefined && known.shown === stack ? known.raw : stack;
}

function header(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "<error>";
  }
}

function mapped(lines: string[]): string[] {
  const shown: string[] = [];
  for (const line of lines) {
    const match = framePattern.exec(line);
    const file = match ? pathOf(match[2]!) : "";
    if (isKernel(file)) continue;
    const name = sourceName(file);
    if (!match || name === undefined) {
      shown.push(line);
      continue;
    }
    const isMain = mainPattern.test(match[1] ?? "");
    const origin = originOf(file, Number(match[3]), Number(match[4]));
    const place = origin ? `${name}:${origin.line}:${origin.column}` : name;
    shown.push(isMain || !match[1] ? `    at ${place}` : `    at ${match[1]} (${place})`);
    if (isMain) break; // The frames after this one are the kernel's.
  }
  return shown;
}
