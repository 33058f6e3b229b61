import {
  type PlotlyBrowser,
  plotlyLoader,
  reachable,
  type Spec,
  themed,
} from "../../jupyterlab/index.js";

/** The figures that were drawn, which follow the page's theme and width. */
const drawn = new Map<HTMLElement, { plot: HTMLElement; spec: Spec; plotly: PlotlyBrowser }>();

/** Loads Plotly when the first figure is near the reader's view and the page is idle. */
const loadPlotly = plotlyLoader({
  whole: new URL("./plotly.min.js", import.meta.url).href,
  cartesian: new URL("./plotly-cartesian.min.js", import.meta.url).href,
});

/** Draws a figure in the place of its image; where that fails, the image stays. */
async function draw(figure: HTMLElement): Promise<void> {
  const spec: Spec = await (await fetch(figure.dataset.spec!)).json();
  const plotly = await loadPlotly(spec);
  const plot = document.createElement("div");
  // A group, not an image: Plotly puts buttons above it.
  plot.setAttribute("role", "group");
  plot.setAttribute("aria-label", figure.dataset.text ?? "");
  figure.append(plot);
  drawn.set(figure, { plot, spec, plotly });
  await react(plotly, figure);
  for (const image of figure.querySelectorAll(":scope > img, :scope > p")) image.remove();
}

async function react(plotly: PlotlyBrowser, figure: HTMLElement): Promise<void> {
  const { plot, spec } = drawn.get(figure)!;
  const shown = themed(structuredClone(spec));
  await plotly.react(plot, { ...shown, config: { ...shown.config, responsive: true } });
  reachable(plot, plotly);
}

/** Tells the figures of the theme as JupyterLab would. */
function followTheme(): void {
  document.body.dataset.jpThemeLight = String(document.documentElement.dataset.theme !== "dark");
}

const idle = (task: () => void) =>
  typeof requestIdleCallback === "function" ? requestIdleCallback(task) : setTimeout(task, 200);

followTheme();
new MutationObserver(() => {
  followTheme();
  for (const [figure, { plotly }] of drawn) void react(plotly, figure);
}).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });

const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      idle(() => void draw(target as HTMLElement).catch((error) => console.warn(String(error))));
    }
  },
  { rootMargin: "300px" },
);
/** Lets keys scroll the outputs that are wider than the page. */
function reachOutputs(): void {
  for (const output of document.querySelectorAll<HTMLElement>(
    ".cell_output, .output.text_html, div.highlight pre",
  )) {
    if (output.scrollWidth > output.clientWidth) output.tabIndex = 0;
  }
}

reachOutputs();
addEventListener("resize", reachOutputs);
for (const figure of document.querySelectorAll(".qatlab-figure")) near.observe(figure);
