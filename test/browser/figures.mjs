/**
 * The content of the page's figures; run inside the page.
 *
 * @returns {{ drawn: boolean, mark?: string, points: number, label: string | null, role: string | null,
 *   width: number, room: number, color: string, visible: number }[]}
 */
export function readFigures() {
  return [...document.querySelectorAll(".qatlab-figure")].map((node) => {
    const plot = /** @type {any} */ (node.querySelector(".js-plotly-plot"));
    const text = plot?.querySelector(".xtick text, .ytick text");
    return {
      drawn: Boolean(plot?.querySelector(".main-svg")),
      mark: plot?.mark,
      points: Math.max(
        0,
        ...(plot?.data ?? []).map((/** @type {any} */ trace) => trace.y?.length ?? 0),
      ),
      label: plot?.getAttribute("aria-label") ?? null,
      role: plot?.getAttribute("role") ?? null,
      width: plot?.querySelector(".main-svg")?.clientWidth ?? 0,
      room: node.clientWidth,
      color: text ? getComputedStyle(text).fill : "",
      visible: plot?.querySelectorAll(".trace path, .trace .point").length ?? 0,
    };
  });
}
