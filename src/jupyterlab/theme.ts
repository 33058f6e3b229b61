/** A figure as it came from the kernel. */
export interface Spec {
  data: unknown[];
  layout?: Record<string, unknown>;
  frames?: unknown[];
  config?: Record<string, unknown>;
}

/** The height, in pixels, of a figure whose layout sets none. */
const height = 360;

const transparent = "rgba(0,0,0,0)";

/**
 * The figure in the colours of JupyterLab's present theme: if its background is transparent or not set, its
 * default text takes the page's colour. A figure with another background stays as it is, and so does every
 * colour that the layout sets.
 */
export function themed(spec: Spec): Spec & { layout: Record<string, unknown> } {
  const layout: Record<string, unknown> = {
    ...spec.layout,
    autosize: spec.layout?.width === undefined,
  };
  layout.height ??= height;
  const template = (layout.template ?? {}) as { layout?: Record<string, unknown> };
  const background = layout.paper_bgcolor ?? template.layout?.paper_bgcolor ?? transparent;
  if (background === transparent) {
    const color = pageColor("--jp-content-font-color1");
    const font = { ...(template.layout?.font as object), color };
    layout.template = {
      ...template,
      layout: {
        paper_bgcolor: transparent,
        plot_bgcolor: transparent,
        ...template.layout,
        font,
        modebar: {
          bgcolor: transparent,
          color: pageColor("--jp-ui-font-color2"),
          activecolor: color,
        },
        hoverlabel: { bgcolor: pageColor("--jp-layout-color1"), font: { color } },
      },
    };
  }
  return exchanged({ ...spec, layout }, shades(layout));
}

/** On a dark page, the shades that the figure brings for its colours. */
function shades(layout: Record<string, unknown>): Map<unknown, string> {
  if (document.body.dataset.jpThemeLight !== "false") return new Map();
  const { dark = {} } = Object(layout.meta) as { dark?: Record<string, string> };
  return new Map(Object.entries(dark));
}

/** The marks, frames and notes of a figure with colours in other shades; a heat map keeps its own. */
function exchanged<T extends Spec>(spec: T, shade: Map<unknown, string>): T {
  if (shade.size === 0) return spec;
  const change = (value: unknown): unknown => {
    if (typeof value === "string") return shade.get(value) ?? value;
    if (Array.isArray(value)) return value.map(change);
    if (typeof value !== "object" || value === null) return value;
    if ((value as { type?: unknown }).type === "heatmap") return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [key, words.has(key) ? part : change(part)]),
    );
  };
  const { annotations, shapes } = spec.layout ?? {};
  const layout = { ...spec.layout, annotations: change(annotations), shapes: change(shapes) };
  return { ...spec, data: change(spec.data), frames: change(spec.frames), layout };
}

/** Lists that hold no colours, and may be long. */
const words = new Set(["x", "y", "z", "text", "name", "width", "customdata", "hovertemplate"]);

/** A colour of the page, as the browser computes it; CSS variables hold forms that Plotly can't read. */
function pageColor(variable: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${variable})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Calls `changed` when JupyterLab's theme has changed; returns how to stop that. */
export function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, {
    attributes: true,
    attributeFilter: ["data-jp-theme-name", "data-jp-theme-light"],
  });
  return () => observer.disconnect();
}
