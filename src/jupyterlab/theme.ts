/** A figure as it came from the kernel. */
export interface Spec {
  data: unknown[];
  layout?: Record<string, unknown>;
  frames?: unknown[];
  config?: Record<string, unknown>;
}

/** Height of a figure that doesn't say its own, in pixels. */
const height = 360;

const transparent = "rgba(0,0,0,0)";

/**
 * The figure as JupyterLab's present theme wants it: where its background is transparent (or it says
 * nothing about it) its default text takes the page's colour. A figure that brings its own background,
 * and every colour that its own layout names, stay as they are.
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
  return { ...spec, layout };
}

/** A colour of the page, as the browser computes it (the variables hold forms Plotly can't read). */
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
