import type { PlotlyBrowser } from "./host.js";

/** The parts of a drawn plot that are used here. */
interface Plot extends HTMLElement {
  on(event: "plotly_sliderchange", listener: () => void): void;
  layout?: { sliders?: Slider[] };
}

interface Slider {
  active?: number;
  currentvalue?: { prefix?: string };
  steps?: { label: string; args: unknown[] }[];
}

/** How far a key moves a slider, or to which end. */
const moves: Record<string, (active: number, last: number) => number> = {
  ArrowRight: (active) => active + 1,
  ArrowUp: (active) => active + 1,
  ArrowLeft: (active) => active - 1,
  ArrowDown: (active) => active - 1,
  Home: () => 0,
  End: (_, last) => last,
};

/** The plots whose sliders tell of a pointer's moves. */
const heard = new WeakSet<HTMLElement>();

/**
 * Makes a plot's slider a control for the keyboard and for screen readers: it takes the focus, says its value, and moves
 * with the arrow keys, Home and End. Plotly draws its sliders as shapes that only a pointer reaches.
 */
export function reachable(node: HTMLElement, plotly: PlotlyBrowser): void {
  const plot = node as Plot;
  const slider = plot.layout?.sliders?.[0];
  const group = plot.querySelector<SVGGElement>(".slider-group");
  const steps = slider?.steps ?? [];
  if (!slider || !group || steps.length === 0) return;
  if (!heard.has(plot)) {
    heard.add(plot);
    plot.on("plotly_sliderchange", () => reachable(plot, plotly)); // a pointer has moved it
  }
  const active = slider.active ?? 0;
  const words = `${slider.currentvalue?.prefix ?? ""}${steps[active]?.label ?? ""}`;
  const state = { role: "slider", tabindex: "0", "aria-label": words, "aria-valuetext": words };
  const numbers = {
    "aria-valuemin": 0,
    "aria-valuemax": steps.length - 1,
    "aria-valuenow": active,
  };
  for (const [name, value] of Object.entries({ ...state, ...numbers })) {
    group.setAttribute(name, String(value));
  }
  group.onkeydown = (event) => {
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation(); // the notebook moves between cells with the same keys
    const last = steps.length - 1;
    const next = Math.min(last, Math.max(0, move(slider.active ?? 0, last)));
    void show(plot, plotly, next);
  };
}

async function show(plot: Plot, plotly: PlotlyBrowser, next: number): Promise<void> {
  const step = plot.layout?.sliders?.[0]?.steps?.[next];
  if (!step) return;
  await plotly.relayout(plot, { "sliders[0].active": next });
  await plotly.animate(plot, ...step.args);
  reachable(plot, plotly);
  plot.querySelector<SVGGElement>(".slider-group")?.focus();
}
