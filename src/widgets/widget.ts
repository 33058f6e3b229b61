import { displaySymbol, type MimeBundle } from "../display/index.js";
import type { Model } from "./model.js";

/** The MIME type under which a front end finds a widget's view. */
export const viewType = "application/vnd.jupyter.widget-view+json";

/**
 * A thing to move or to look at in a notebook, in step with a value in the kernel.
 *
 * @example
 * const signed = q.widgets.checkbox({ label: "signed" });
 * signed.value = true; // true (the box is checked)
 */
export abstract class Widget<T> {
  /** @internal */
  readonly model: Model;

  /** @internal */
  constructor(model: Model) {
    this.model = model;
  }

  /** The present value. Setting it moves the widget. */
  abstract get value(): T;
  abstract set value(value: T);

  /**
   * Calls `listener` with each new value, whoever set it. The listener prints in the cell that calls this method; the
   * next move of the reader's is told when the listener, and its promise, have ended.
   *
   * @returns this widget
   * @example
   * let heard = 0;
   * const bits = q.widgets.slider({ min: 2, max: 8 }).onChange((value) => { heard = value; });
   * bits.value = 5;
   * heard; // 5
   */
  abstract onChange(listener: (value: T) => void | Promise<void>): this;

  /** @internal The widget as words, for pages without a kernel. */
  abstract text(): string;

  /**
   * Takes the widget out of the notebook; its value stays. A cell that runs again does so with the widgets of its last run.
   *
   * @example
   * const bits = q.widgets.slider({ min: 2, max: 8, value: 4 });
   * bits.close();
   * bits.value; // 4
   */
  close(): void {
    this.model.close();
  }

  /** The widget's view, and its words for pages without a kernel. */
  [displaySymbol](): MimeBundle | Promise<MimeBundle> {
    return viewOf(this.model, { "text/plain": this.text() });
  }
}

/** A bundle with a model's view, where a front end can show it. */
export function viewOf(model: Model, bundle: MimeBundle): MimeBundle {
  if (!model.isLive) return bundle;
  return { ...bundle, [viewType]: { version_major: 2, version_minor: 0, model_id: model.id } };
}
