import { checkOptions } from "../arguments/index.js";
import { control } from "./kinds.js";
import { Widget } from "./widget.js";

/** Options of {@link button}. */
export interface ButtonOptions {
  /** The words on the button. Default `"Go"`. */
  label?: string;
}

/** A button. Its value is the number of clicks so far. */
class Button extends Widget<number> {
  readonly #label: string;
  #clicks = 0;
  readonly #listeners: ((clicks: number) => void | Promise<void>)[] = [];

  constructor(label: string) {
    super(control("Button", "ButtonStyle", { description: label, icon: "", button_style: "" }));
    this.#label = label;
    this.model.onCustom((content) => {
      if (isClick(content)) this.#clicks++;
    });
  }

  get value(): number {
    return this.#clicks;
  }

  /** Counts as a click. */
  set value(clicks: number) {
    this.#clicks = clicks;
    for (const listener of this.#listeners) void listener(clicks);
  }

  onChange(listener: (clicks: number) => void | Promise<void>): this {
    this.#listeners.push(listener);
    this.model.onCustom((content) => {
      if (isClick(content)) return listener(this.#clicks);
    });
    return this;
  }

  text(): string {
    return `[ ${this.#label} ]`;
  }
}

function isClick(content: unknown): boolean {
  return (content as { event?: unknown } | null)?.event === "click";
}

/**
 * A button to click. Its value is the number of clicks so far.
 *
 * @example
 * const train = q.widgets.button({ label: "Train on" });
 * train.onChange((clicks) => console.log(`click ${clicks}`));
 * train.value; // 0
 */
export function button(options: ButtonOptions = {}): Widget<number> {
  checkOptions<ButtonOptions>("q.widgets.button", options, { label: true });
  return new Button(options.label ?? "Go");
}
