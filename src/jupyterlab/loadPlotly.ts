import type { PlotlyBrowser } from "./host.js";

let loading: Promise<PlotlyBrowser> | undefined;

/** Plotly, which is loaded when the first figure is drawn: most open notebooks have no figure. */
export function loadPlotly(): Promise<PlotlyBrowser> {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("./plotly.min.js", import.meta.url).href;
    script.onload = () => resolve((window as unknown as { Plotly: PlotlyBrowser }).Plotly);
    script.onerror = () => {
      loading = undefined; // the next figure tries again
      script.remove();
      reject(new Error("Plotly could not be loaded from the Jupyter server"));
    };
    document.head.append(script);
  });
  return loading;
}
