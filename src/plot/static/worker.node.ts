import { parentPort } from "node:worker_threads";
import { createRenderer, type Drawing, type Renderer } from "./renderer.node.js";

/** The thread that draws static images: one drawing in, one SVG or one reason out. */
let renderer: Renderer | undefined;

parentPort?.on("message", async ({ id, drawing }: { id: number; drawing: Drawing }) => {
  try {
    renderer ??= createRenderer();
    parentPort?.postMessage({ id, svg: await renderer(drawing) });
  } catch (error) {
    parentPort?.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
