import { findHost } from "./find-host.js";
import { formatValue } from "./format.js";
import { newDisplayId } from "./id.js";
import { type Displayable, displaySymbol, earlyForm } from "./mime.js";

/** A display that can be replaced where it stands. */
export interface DisplayHandle extends Displayable {
  readonly id: string;
  /** Shows `value` in place of what is there. */
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
    [displaySymbol]: () => ({}), // as a cell's last expression it has nothing to add
  };
}

/** The newest value of each display whose form is still being made; older ones come too late. */
const newest = new Map<string, unknown>();

function show(value: unknown, displayId: string, update: boolean): void {
  const host = findHost();
  const bundle = formatValue(value);
  if (!(bundle instanceof Promise)) {
    newest.delete(displayId);
    host.display(bundle, { displayId, update });
    return;
  }
  // The display takes its place among the cell's outputs now and gets its final form when it is ready.
  newest.set(displayId, bundle);
  const early = earlyForm(value);
  if (early || !update) host.display(early ?? { "text/plain": "" }, { displayId, update });
  const finish = bundle.then((ready) => {
    if (newest.get(displayId) !== bundle) return;
    newest.delete(displayId);
    host.display(ready, { displayId, update: true });
  });
  host.beforeIdle(() => finish);
}
