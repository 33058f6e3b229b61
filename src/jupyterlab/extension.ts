import { createFigureView } from "./figureView.js";
import type { RenderMimeRegistry, SharedScope, WidgetClass } from "./host.js";
import { type PlotlyFiles, plotlyLoader } from "./loadPlotly.js";
import { shared } from "./shared.js";

/**
 * The MIME type of a Plotly figure, as `src/plot/figure.ts` has it too: JupyterLab loads this folder's compiled files
 * alone, so that nothing can be imported from another room.
 */
const mimeType = "application/vnd.plotly.v1+json";

/** A rank that puts the figure before the images of the same bundle, whose ranks start at 0. */
const rank = -1;

/**
 * The JupyterLab plugin: draws and updates Plotly figures. JupyterLab uses the renderer that was registered
 * last for a MIME type, and a notebook copies the registry when it opens, so the plugin starts with the
 * page.
 *
 * @param scope the packages that JupyterLab shares with extensions
 * @param files the addresses of Plotly
 */
export async function createPlugin(scope: SharedScope, files: PlotlyFiles) {
  const { Widget } = (await shared(scope, "@lumino/widgets")) as { Widget: WidgetClass };
  const { IRenderMimeRegistry } = await shared(scope, "@jupyterlab/rendermime");
  const FigureView = createFigureView(Widget, mimeType, plotlyLoader(files));
  return {
    id: "qatlab:figures",
    description: "Draws Plotly figures and moves them when their data changes.",
    autoStart: true,
    requires: [IRenderMimeRegistry],
    activate(_application: unknown, registry: RenderMimeRegistry): void {
      const createRenderer = () => new FigureView();
      registry.addFactory({ safe: true, mimeTypes: [mimeType], createRenderer }, rank);
    },
  };
}
