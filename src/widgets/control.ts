import type { Model } from "./model.js";
import { Widget } from "./widget.js";

/** How a control's value stands in its model's state. */
interface Binding<T> {
  label: string;
  model: Model;
  key: string;
  read: (state: unknown) => T;
  /** @throws RangeError or TypeError if the control can't have the value */
  write: (value: T) => unknown;
}

/** A widget whose value is one entry of its model's state. */
export class Control<T> extends Widget<T> {
  readonly #binding: Binding<T>;

  /** @internal */
  constructor(binding: Binding<T>) {
    super(binding.model);
    this.#binding = binding;
  }

  get value(): T {
    return this.#binding.read(this.model.state[this.#binding.key]);
  }

  set value(value: T) {
    this.model.set({ [this.#binding.key]: this.#binding.write(value) });
  }

  onChange(listener: (value: T) => void | Promise<void>): this {
    this.model.onChange(this.#binding.key, () => listener(this.value));
    return this;
  }

  text(): string {
    const { label } = this.#binding;
    return label === "" ? String(this.value) : `${label}: ${this.value}`;
  }
}
