import { createFigureView } from "./figure-view.js";
import type { RenderMimeRegistry, SharedScope, WidgetClass } from "./host.js";

/** The MIME type of a Plotly figure. */
const mimeType = "application/vnd.plotly.v1+json";

/** Before the images of the same bundle, which have ranks from 0 up. */
const rank = -1;

/**
 * The JupyterLab plugin: draws and updates Plotly figures. The last renderer that is registered for
 * a MIME type is used, and a notebook copies the registry when it opens, so this starts with the page.
 *
 * @param scope the packages that JupyterLab shares with extensions
 */
export async function createPlugin(scope: SharedScope) {
  const { Widget } = (await shared(scope, "@lumino/widgets")) as { Widget: WidgetClass };
  const { IRenderMimeRegistry } = await shared(scope, "@jupyterlab/rendermime");
  const FigureView = createFigureView(Widget, mimeType);
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

async function shared(scope: SharedScope, name: string): Promise<Record<string, unknown>> {
  const versions = Object.values(scope[name] ?? {});
  if (versions.length === 0)
    throw new Error(`JupyterLab doesn't share ${name} (expected JupyterLab 4)`);
  const factory = await versions[0]!.get();
  return factory();
}
