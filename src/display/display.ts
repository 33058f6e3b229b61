import { checkOptions } from "../arguments/index.js";
import { findHost } from "./findHost.js";
import { formatValue } from "./format.js";
import type { JupyterHost } from "./host.js";
import { newDisplayId } from "./id.js";
import { type Displayable, displaySymbol, earlyForm, type MimeBundle } from "./mime.js";

/** A display that can be replaced where it stands. */
export interface DisplayHandle extends Displayable {
  readonly id: string;
  /** Shows `value` in place of the value shown so far. */
  update(value: unknown): void;
}

/**
 * Shows any value below the running cell, as if it were the cell's last expression.
 *
 * @returns a handle whose `update` puts another value in its place
 * @example
 * const shown = q.display("warming up");
 * shown.update(q.tf.ones([2, 2]));
 * typeof shown.id; // "string" (the tensor's summary has taken the text's place)
 */
export function display(value: unknown): DisplayHandle {
  const id = newDisplayId();
  show(value, id, false);
  return {
    id,
    update: (next) => show(next, id, true),
    [displaySymbol]: () => ({}), // as a cell's last expression the handle shows nothing more
  };
}

/**
 * Clears what the running cell has shown and printed so far.
 *
 * @param options.wait whether the output stays until the cell's next output takes its place, so that nothing
 *   flickers (default false)
 * @throws TypeError if there is another option
 * @example
 * for (let step = 1; step <= 3; step++) {
 *   q.display.clear({ wait: true });
 *   q.display(`step ${step} of 3`);
 * }
 */
display.clear = (options: { wait?: boolean } = {}): void => {
  checkOptions<{ wait?: boolean }>("q.display.clear", options, { wait: true });
  findHost().clear({ wait: options.wait === true });
};

/** The newest value of each display whose whole form is still to be made, and the cell that showed it. */
const newest = new Map<string, { value: unknown; cell: AbortSignal }>();

function show(value: unknown, displayId: string, update: boolean): void {
  const host = findHost();
  const cell = host.signal;
  const early = earlyForm(value);
  if (early) {
    // The whole form takes time. It is made once, from the value that the display shows when the cell ends.
    host.display(early, { displayId, update });
    const expected = newest.get(displayId)?.cell === cell;
    newest.set(displayId, { value, cell });
    if (!expected) host.beforeIdle(() => finish(host, displayId));
    return;
  }
  newest.delete(displayId);
  const bundle = formatValue(value);
  if (!(bundle instanceof Promise)) {
    host.display(bundle, { displayId, update });
    return;
  }
  // The display takes its place among the cell's outputs now, and shows the bundle when that is ready.
  if (!update) host.display({ "text/plain": "" }, { displayId });
  newest.set(displayId, { value, cell });
  const ready = settle(host, displayId, value, bundle);
  host.beforeIdle(() => ready);
}

async function finish(host: JupyterHost, displayId: string): Promise<void> {
  const shown = newest.get(displayId);
  if (shown) await settle(host, displayId, shown.value, formatValue(shown.value));
}

/** Shows a value's whole form, unless another value has taken its place. */
async function settle(
  host: JupyterHost,
  displayId: string,
  value: unknown,
  form: MimeBundle | Promise<MimeBundle>,
): Promise<void> {
  const bundle = await form;
  if (newest.get(displayId)?.value !== value) return;
  newest.delete(displayId);
  host.display(bundle, { displayId, update: true });
}
