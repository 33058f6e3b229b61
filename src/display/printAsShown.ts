import type { MimeBundle } from "./mime.js";
import { reason } from "./text.js";

const inspectSymbol = Symbol.for("nodejs.util.inspect.custom");

/** The options that Node hands to the method, as far as they are used. */
interface InspectOptions {
  depth?: number | null;
}

/**
 * Lets `console.log` in plain Node print instances of a class, from another library say, as a notebook shows them in
 * text. A value that can't be shown, such as a model whose weights were freed, is named with the reason.
 *
 * @param inLine the text of a value that is printed as a part of another one. Default: the same text
 */
export function printAsShown<T extends object>(
  prototype: T,
  format: (value: T) => MimeBundle,
  inLine?: (value: T) => string,
): void {
  Object.defineProperty(prototype, inspectSymbol, {
    configurable: true,
    writable: true,
    value(this: T, depth?: number, options: InspectOptions = {}): string {
      const inside = typeof options.depth === "number" && (depth ?? 0) < options.depth;
      try {
        return inside && inLine ? inLine(this) : String(format(this)["text/plain"]);
      } catch (error) {
        return `[${this.constructor.name}: ${reason(error)}]`;
      }
    },
  });
}
