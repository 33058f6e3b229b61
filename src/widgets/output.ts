import {
  displaySymbol,
  earlyForm,
  findHost,
  formatValue,
  type MimeBundle,
  type OutputSink,
} from "../display/index.js";
import { common, outputKind } from "./kinds.js";
import { Model } from "./model.js";
import { viewOf, Widget } from "./widget.js";

/** The least milliseconds between two states that a task shows on its way. */
const interval = 100;

/** An output as notebooks store it. */
type Output =
  | { output_type: "display_data"; data: MimeBundle; metadata: object }
  | { output_type: "stream"; name: string; text: string }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] };

/**
 * A place for values that change: figures, tables, text. Unlike a display of a cell it follows also after the page was
 * loaded again, and its content is saved with the widgets' state.
 */
export class OutputWidget extends Widget<unknown> {
  #value: unknown;
  #outputs: Output[] = [];
  /** The places of displays that can be updated. */
  readonly #places = new Map<string, Output>();
  #version = 0;

  /** @internal */
  constructor() {
    super(new Model(outputKind, { ...common(), msg_id: "", outputs: [] }));
  }

  /** The value that is shown. Setting it shows another one in its place. */
  get value(): unknown {
    return this.#value;
  }

  set value(value: unknown) {
    this.#show(value);
  }

  onChange(listener: (value: unknown) => void | Promise<void>): this {
    this.model.onChange("outputs", () => listener(this.#value));
    return this;
  }

  text(): string {
    const [output] = this.#outputs;
    if (output?.output_type === "stream") return output.text;
    if (output?.output_type === "error") return `${output.ename}: ${output.evalue}`;
    return String(output?.data["text/plain"] ?? "");
  }

  /** @internal Shows what `task` prints, displays and returns, or its error, in place of the present content. */
  async run(task: () => unknown): Promise<void> {
    const version = ++this.#version;
    const shown: Output[] = [];
    const draw = () => {
      if (version === this.#version) this.#set(shown);
    };
    // The output of a quick task comes with its result.
    let next = performance.now() + interval;
    const sink = this.#sink(shown, () => {
      if (performance.now() < next) return;
      next = performance.now() + interval;
      draw();
    });
    const { capture } = findHost();
    try {
      const result = capture ? capture(sink, task) : task();
      const value = result instanceof Promise ? await result : result;
      if (version !== this.#version) return;
      this.#value = value;
      const bundle = await this.#formOf(value);
      if (Object.keys(bundle).length > 0) shown.push(displayed(bundle));
      draw();
    } catch (error) {
      const { name: ename, message: evalue, stack } = asError(error);
      shown.push({ output_type: "error", ename, evalue, traceback: String(stack).split("\n") });
      draw();
    }
  }

  /** The whole form of the value, with its static image. */
  override async [displaySymbol](): Promise<MimeBundle> {
    const still = this.#value === undefined ? {} : await formatValue(this.#value);
    return viewOf(this.model, { "text/plain": this.text(), ...still });
  }

  #show(value: unknown): void {
    const version = ++this.#version;
    this.#value = value;
    const show = (bundle: MimeBundle) => {
      if (version !== this.#version) return;
      this.#set(Object.keys(bundle).length === 0 ? [] : [displayed(bundle)]);
    };
    const bundle = this.#formOf(value);
    if (bundle instanceof Promise) void bundle.then(show);
    else show(bundle);
  }

  /** The form that a value can show at once, without its static image: a slider may ask for many in a second. */
  #formOf(value: unknown): MimeBundle | Promise<MimeBundle> {
    if (value === undefined) return {};
    return earlyForm(value) ?? formatValue(value);
  }

  #sink(shown: Output[], draw: () => void): OutputSink {
    return {
      display: (data, { metadata = {}, displayId, update = false } = {}) => {
        const output: Output = { output_type: "display_data", data, metadata };
        const before = displayId === undefined ? undefined : this.#places.get(displayId);
        const index = before && update ? shown.indexOf(before) : -1;
        if (index >= 0) shown[index] = output;
        else if (!update) shown.push(output);
        if (displayId !== undefined) this.#places.set(displayId, output);
        draw();
      },
      clear: () => {
        shown.length = 0;
        draw();
      },
      stream: (name, text) => {
        const last = shown.at(-1);
        if (last?.output_type === "stream" && last.name === name) last.text += text;
        else shown.push({ output_type: "stream", name, text });
        draw();
      },
    };
  }

  #set(outputs: Output[]): void {
    this.#outputs = [...outputs];
    this.model.set({ outputs: this.#outputs });
  }
}

function displayed(data: MimeBundle): Output {
  return { output_type: "display_data", data, metadata: {} };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/**
 * A place for values that change: figures, tables, text. Setting its value shows it as a cell's last expression would be
 * shown. The content follows also after the page was loaded again.
 *
 * @example
 * const place = q.widgets.output();
 * place.value = q.plot.figure({ data: [q.plot.line([1, 2], [3, 4])], x: "bits", y: "accuracy" });
 * typeof place.value; // "object" (the figure, which the place shows)
 */
export function output(): Widget<unknown> {
  return new OutputWidget();
}
