import type { MimeModel, PlotlyBrowser, Widget, WidgetClass } from "./host.js";
import { reachable } from "./keyboard.js";
import { type Spec, themed, watchTheme } from "./theme.js";

/**
 * The widget that shows one view of one figure. Its plot keeps one DOM node as long as it lives:
 * updates go through `Plotly.react`, so that the figure moves in place and keeps the reader's zoom.
 */
export function createFigureView(
  Base: WidgetClass,
  mimeType: string,
  loadPlotly: (spec: Spec) => Promise<PlotlyBrowser>,
): new () => Widget {
  return class FigureView extends Base {
    private plot: HTMLElement | undefined;
    private plotly: PlotlyBrowser | undefined;
    private model: MimeModel | undefined;
    private drawing: Promise<void> | undefined;
    private outdated = false;
    private readonly stopTheme: () => void;
    private readonly sizes: ResizeObserver;

    constructor() {
      super();
      this.addClass("qatlab-figure");
      this.stopTheme = watchTheme(() => this.draw());
      this.sizes = new ResizeObserver(() => this.fit());
      this.sizes.observe(this.node);
    }

    /** JupyterLab calls this for the first state and for every update of the display. */
    renderModel(model: MimeModel): Promise<void> {
      this.model = model;
      return this.draw();
    }

    override dispose(): void {
      if (this.isDisposed) return;
      this.stopTheme();
      this.sizes.disconnect();
      this.clear();
      super.dispose();
    }

    /** Draws the newest state; states that arrive meanwhile are drawn as one. */
    private draw(): Promise<void> {
      this.outdated = true;
      this.drawing ??= this.drawNewest().finally(() => {
        this.drawing = undefined;
      });
      return this.drawing;
    }

    private async drawNewest(): Promise<void> {
      while (this.outdated && this.model && !this.isDisposed) {
        this.outdated = false;
        try {
          await this.react(this.model);
        } catch (error) {
          this.showText(this.model, error);
        }
      }
    }

    private async react(model: MimeModel): Promise<void> {
      // Plotly changes the objects that it gets, and the notebook saves the model's data, so Plotly gets a
      // copy.
      const spec = themed(checked(structuredClone(model.data[mimeType])));
      const plotly = await loadPlotly(spec);
      if (this.isDisposed) return;
      if (plotly !== this.plotly) this.clear();
      this.plotly = plotly;
      if (!this.plot) {
        this.plot = document.createElement("div");
        this.node.replaceChildren(this.plot);
      }
      describe(this.plot, spec, textOf(model));
      await plotly.react(this.plot, {
        ...spec,
        config: { ...spec.config, responsive: false },
      });
      reachable(this.plot, plotly);
    }

    /** Shows a figure that can't be drawn as text, with the reason, so that the output is never blank. */
    private showText(model: MimeModel, error: unknown): void {
      if (this.isDisposed) return;
      this.clear();
      const text = document.createElement("pre");
      const reason = error instanceof Error ? error.message : String(error);
      text.textContent = `${textOf(model)}\n(the figure can't be drawn: ${reason})`;
      this.node.replaceChildren(text);
    }

    private clear(): void {
      if (this.plot) this.plotly?.purge(this.plot);
      this.plot = undefined;
    }

    /** Fits the plot to the width of the cell; a hidden view has no width and isn't fitted. */
    private fit(): void {
      if (!this.plot || this.drawing || this.node.clientWidth === 0) return;
      this.plotly?.Plots.resize(this.plot)?.catch(() => {});
    }
  };
}

function checked(spec: unknown): Spec {
  const { data } = (spec ?? {}) as Partial<Spec>;
  if (!Array.isArray(data)) throw new Error("its specification has no list `data`");
  if (!data.every((trace) => typeof trace === "object" && trace !== null)) {
    throw new Error("`data` holds something that isn't a trace");
  }
  return spec as Spec;
}

/**
 * Sets the text form as the text alternative. A figure with controls is a group, so that a screen reader
 * reaches the controls.
 */
function describe(plot: HTMLElement, spec: Spec, text: string): void {
  const controls = spec.layout?.sliders || spec.layout?.updatemenus;
  plot.setAttribute("role", controls ? "group" : "img");
  plot.setAttribute("aria-label", text);
}

function textOf(model: MimeModel): string {
  const text = model.data["text/plain"];
  return typeof text === "string" ? text : Array.isArray(text) ? text.join("") : "Figure";
}
