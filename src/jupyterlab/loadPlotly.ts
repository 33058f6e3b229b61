import type { PlotlyBrowser } from "./host.js";
import type { Spec } from "./theme.js";

/** The addresses of Plotly. */
export interface PlotlyFiles {
  whole: string;
  /** Plotly with the kinds of traces that have two axes, a third of the whole (default: there is none). */
  cartesian?: string | undefined;
}

/** The kinds of traces in plotly.js-cartesian-dist-min. */
const cartesianTypes = new Set([
  ...["bar", "box", "contour", "heatmap", "histogram", "histogram2d", "histogram2dcontour"],
  ...["image", "pie", "scatter", "scatterternary", "violin"],
]);

/**
 * Makes the function that loads the Plotly that a figure needs, when the first one is drawn: most opened pages have no figure
 * in view.
 */
export function plotlyLoader({
  whole,
  cartesian,
}: PlotlyFiles): (spec: Spec) => Promise<PlotlyBrowser> {
  const loading = new Map<string, Promise<PlotlyBrowser>>();
  return (spec) => {
    const address = cartesian !== undefined && isCartesian(spec) ? cartesian : whole;
    // The whole has all that the part has.
    const known = loading.get(whole) ?? loading.get(address);
    if (known) return known;
    const script = load(address);
    loading.set(address, script);
    script.catch(() => loading.delete(address)); // the next figure tries again
    return script;
  };
}

/** Whether all traces of a figure have two axes. */
export function isCartesian({ data }: Spec): boolean {
  return data.every((trace) =>
    cartesianTypes.has((trace as { type?: string } | null)?.type ?? "scatter"),
  );
}

function load(address: string): Promise<PlotlyBrowser> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve((window as unknown as { Plotly: PlotlyBrowser }).Plotly);
    script.onerror = () => {
      script.remove();
      reject(new Error("Plotly could not be loaded from the server"));
    };
    document.head.append(script);
  });
}
