import { Model, type ModelKind, reference } from "./model.js";

const base = { module: "@jupyter-widgets/base", version: "2.0.0" };
const controls = { module: "@jupyter-widgets/controls", version: "2.0.0" };

/** The kind of ipywidgets' output area. */
export const outputKind: ModelKind = {
  module: "@jupyter-widgets/output",
  version: "1.0.0",
  model: "OutputModel",
  view: "OutputView",
};

/** The views that aren't named after their model. */
const views: Record<string, string> = { FloatProgress: "ProgressView" };

/** Bars share their width with their words. */
const wide = { width: "28em", max_width: "100%" };
const layouts: Record<string, object> = { IntSlider: wide, FloatSlider: wide, FloatProgress: wide };

/**
 * A model of one of ipywidgets' controls, as in `control("Checkbox", …)`, with a layout and a style, without which other
 * programs can't read a saved state.
 *
 * @param style the name of the style's model, as in `"SliderStyle"`
 */
export function control(name: string, style: string, state: Record<string, unknown>): Model {
  const styleModel = new Model(
    { ...controls, model: `${style}Model`, view: "StyleView", viewModule: base.module },
    style === "ButtonStyle" ? {} : { description_width: "initial" },
  );
  const kind = { ...controls, model: `${name}Model`, view: views[name] ?? `${name}View` };
  return new Model(kind, {
    ...{ disabled: false, description_allow_html: false, ...common(layouts[name]) },
    style: reference(styleModel),
    ...state,
  });
}

/** Models one below the other. */
export function column(children: Model[]): Model {
  const kind = { ...controls, model: "VBoxModel", view: "VBoxView" };
  return new Model(kind, { ...common(), box_style: "", children: children.map(reference) });
}

/** The part of the state that every widget with a view has. */
export function common(layout: object = {}): Record<string, unknown> {
  const kind = { ...base, model: "LayoutModel", view: "LayoutView" };
  const model = new Model(kind, { ...layout });
  return { _dom_classes: [], layout: reference(model), tabbable: null, tooltip: null };
}
