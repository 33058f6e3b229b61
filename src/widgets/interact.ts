import { displaySymbol, findHost, formatValue, type MimeBundle } from "../display/index.js";
import { checkbox } from "./checkbox.js";
import { column } from "./kinds.js";
import { OutputWidget } from "./output.js";
import { select } from "./select.js";
import { type SliderOptions, slider } from "./slider.js";
import { viewOf, Widget } from "./widget.js";

/** A widget, or what one is made from: true or false a checkbox, a list a selection, an object a slider. */
export type Controllable = Widget<any> | boolean | readonly unknown[] | SliderOptions;

/** The type of a control's value. */
export type ControlValue<C> =
  C extends Widget<infer T>
    ? T
    : C extends boolean
      ? boolean
      : C extends readonly (infer T)[]
        ? T
        : number;

/** The values of all controls, by name. */
export type ControlValues<C> = { -readonly [Name in keyof C]: ControlValue<C[Name]> };

/** Controls with the result of a function below them. */
class Interaction<C extends Record<string, Controllable>> extends Widget<ControlValues<C>> {
  readonly #controls: Record<string, Widget<unknown>>;
  readonly #output: OutputWidget;
  readonly #draw: (values: ControlValues<C>) => unknown;
  /** The drawing that is under way, and the signal of an interrupt that may have cut it. */
  #drawing: { ended: Promise<void>; signal: AbortSignal } | null = null;
  #stale = false;

  constructor(
    controls: Record<string, Widget<unknown>>,
    draw: (values: ControlValues<C>) => unknown,
  ) {
    const output = new OutputWidget();
    const models = Object.values(controls).map(({ model }) => model);
    super(column([...models, output.model]));
    this.#controls = controls;
    this.#output = output;
    this.#draw = draw;
    for (const control of Object.values(controls)) control.onChange(() => this.#redraw());
    void this.#redraw();
  }

  get value(): ControlValues<C> {
    const entries = Object.entries(this.#controls).map(([name, { value }]) => [name, value]);
    return Object.fromEntries(entries) as ControlValues<C>;
  }

  set value(values: ControlValues<C>) {
    for (const [name, value] of Object.entries(values)) {
      const control = this.#controls[name];
      if (control && !Object.is(control.value, value)) control.value = value;
    }
  }

  onChange(listener: (values: ControlValues<C>) => void | Promise<void>): this {
    for (const control of Object.values(this.#controls)) {
      control.onChange(() => listener(this.value));
    }
    return this;
  }

  text(): string {
    const controls = Object.values(this.#controls).map((control) => control.text());
    return [controls.join(", "), this.#output.text()].join("\n");
  }

  override async [displaySymbol](): Promise<MimeBundle> {
    await this.#drawing?.ended;
    const { value } = this.#output;
    const still = value === undefined ? {} : await formatValue(value);
    return viewOf(this.model, { ...still, "text/plain": this.text() });
  }

  /** Draws the present values; while a drawing is under way, only the last values that come are drawn after it. */
  #redraw(): Promise<void> {
    const { signal } = findHost();
    if (this.#drawing && !this.#drawing.signal.aborted) {
      this.#stale = true;
      return this.#drawing.ended;
    }
    const ended = this.#run().finally(() => {
      if (this.#drawing?.ended === ended) this.#drawing = null;
    });
    this.#drawing = { ended, signal };
    return ended;
  }

  async #run(): Promise<void> {
    do {
      this.#stale = false;
      await this.#output.run(() => this.#draw(this.value));
    } while (this.#stale);
  }
}

/**
 * Controls, and below them what `draw` returns for their values: a figure, a table, a number. It is drawn again whenever a
 * control moves. `draw` may return a promise; while it works, the values in between are left out. Text that `draw` prints
 * stands there too, and so does its error.
 *
 * @param controls each a widget, or true or false for a checkbox, a list for a selection, or the options of a slider
 * @returns a widget whose value is the object of the controls' values
 * @example
 * const panel = q.widgets.interact({ bits: { min: 2, max: 8, value: 4 }, signed: true }, ({ bits, signed }) =>
 *   signed ? -(2 ** (bits - 1)) : 0,
 * );
 * panel.value; // { bits: 4, signed: true }
 */
export function interact<const C extends Record<string, Controllable>>(
  controls: C,
  draw: (values: ControlValues<C>) => unknown,
): Widget<ControlValues<C>> {
  if (typeof draw !== "function") {
    throw new TypeError(
      `invalid draw: ${draw} (expected a function, as in q.widgets.interact({ bits: [2, 4] }, ({ bits }) => 2 ** bits))`,
    );
  }
  const widgets = Object.entries(controls).map(([name, made]) => [name, widgetOf(name, made)]);
  return new Interaction<C>(Object.fromEntries(widgets), draw);
}

function widgetOf(label: string, made: Controllable): Widget<unknown> {
  if (made instanceof Widget) return made;
  if (typeof made === "boolean") return checkbox({ label, value: made }) as Widget<unknown>;
  if (Array.isArray(made)) return select(made, { label });
  if (typeof made === "object" && made !== null) {
    return slider({ label, ...(made as SliderOptions) }) as Widget<unknown>;
  }
  throw new TypeError(
    `invalid control ${label}: ${made} (expected a widget, true or false, a list, or { min, max })`,
  );
}
