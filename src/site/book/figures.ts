import { type PlotlyBrowser, reachable, type Spec, themed } from "../../jupyterlab/index.js";

/** The figures that were drawn, which follow the page's theme and width. */
const drawn = new Map<HTMLElement, { plot: HTMLElement; spec: Spec }>();
let loading: Promise<PlotlyBrowser> | undefined;

/** Plotly, loaded once, when the first figure is near the reader's view and the page is idle. */
function loadPlotly(): Promise<PlotlyBrowser> {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("./plotly.min.js", import.meta.url).href;
    script.onload = () => resolve((window as unknown as { Plotly: PlotlyBrowser }).Plotly);
    script.onerror = () => reject(new Error("Plotly could not be loaded"));
    document.head.append(script);
  });
  return loading;
}

/** Draws a figure in the place of its image; where that fails, the image stays. */
async function draw(figure: HTMLElement): Promise<void> {
  const [plotly, response] = await Promise.all([loadPlotly(), fetch(figure.dataset.spec!)]);
  const spec: Spec = await response.json();
  const plot = document.createElement("div");
  // A group, not an image: Plotly puts buttons above it.
  plot.setAttribute("role", "group");
  plot.setAttribute("aria-label", figure.dataset.text ?? "");
  figure.append(plot);
  drawn.set(figure, { plot, spec });
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
  for (const figure of drawn.keys()) void loadPlotly().then((plotly) => react(plotly, figure));
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
