import { display } from "./display.js";
import { findHost } from "./findHost.js";
import { displaySymbol, type MimeBundle } from "./mime.js";

/** The key of the method that Node calls to print an object. */
const inspectSymbol = Symbol.for("nodejs.util.inspect.custom");

/**
 * @internal
 * Shows `value` while it is printed, if stock tslab is the host: tslab prints a cell's last expression and
 * knows no other way to show it. All other hosts have shown the value before.
 */
export function showWherePrinted(value: unknown): void {
  if (findHost().name === "tslab") display(value);
}

/** A result that shows itself as a figure with a bundle below it. */
export abstract class FigureResult {
  /** The figure. */
  abstract get figure(): object;

  /** @internal The bundle below the figure; its text form is printed for the result. */
  abstract below(): MimeBundle;

  /** Shows the figure, and returns the bundle below it. */
  [displaySymbol](): MimeBundle {
    display(this.figure);
    return this.below();
  }

  /** @internal */
  [inspectSymbol](): string {
    showWherePrinted(this.figure);
    return String(this.below()["text/plain"]);
  }
}
