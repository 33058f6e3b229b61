import { checkOptions } from "../arguments/index.js";
import { common } from "./kinds.js";
import { Model } from "./model.js";
import { Widget } from "./widget.js";

/** Options of {@link custom}. */
export interface CustomOptions<State extends Record<string, unknown>> {
  /**
   * The code for the page: an ECMAScript module whose default export has `render({ model, el })`, as anywidget
   * defines it. `model.get(name)`, `model.set(name, value)`, `model.save_changes()` and
   * `model.on("change:name", …)` reach the state.
   */
  esm: string;
  /** Style sheets for the page. Default `""`. */
  css?: string;
  /** The state that kernel and page share: JSON values, and typed arrays, which travel as bytes. */
  state: State;
}

/** A widget with code of its own in the page. */
class Custom<State extends Record<string, unknown>> extends Widget<State> {
  readonly #names: string[];

  constructor({ esm, css = "", state }: CustomOptions<State>) {
    const kind = { module: "anywidget", version: "~0.11.*", model: "AnyModel", view: "AnyView" };
    super(
      new Model(kind, {
        ...common(),
        ...state,
        ...{ _esm: esm, _css: css, _anywidget_id: "qatlab.widgets.custom" },
      }),
    );
    this.#names = Object.keys(state);
  }

  get value(): State {
    const { state } = this.model;
    return Object.fromEntries(this.#names.map((name) => [name, state[name]])) as State;
  }

  set value(state: State) {
    this.model.set({ ...state });
  }

  onChange(listener: (state: State) => void | Promise<void>): this {
    for (const name of this.#names) this.model.onChange(name, () => listener(this.value));
    return this;
  }

  text(): string {
    return `custom widget: ${this.#names.join(", ")}`;
  }
}

/**
 * A widget with code of your own in the page, as anywidget defines it. JupyterLab needs PyPI's `anywidget` for it.
 *
 * @throws TypeError if `esm` is not text
 * @example
 * const counter = q.widgets.custom({
 *   esm: `export default { render({ model, el }) {
 *     const button = document.createElement("button");
 *     const show = () => { button.textContent = String(model.get("count")); };
 *     button.onclick = () => { model.set("count", model.get("count") + 1); model.save_changes(); };
 *     model.on("change:count", show);
 *     show();
 *     el.append(button);
 *   } }`,
 *   state: { count: 0 },
 * });
 * counter.value; // { count: 0 }
 */
export function custom<State extends Record<string, unknown>>(
  options: CustomOptions<State>,
): Widget<State> {
  checkOptions<CustomOptions<State>>("q.widgets.custom", options, {
    esm: true,
    css: true,
    state: true,
  });
  if (typeof options?.esm !== "string") {
    throw new TypeError(
      `invalid esm: ${options?.esm} (expected the text of a module, as in "export default { render({ model, el }) { … } }")`,
    );
  }
  return new Custom(options);
}
