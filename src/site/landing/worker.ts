import { Experiment } from "./experiment.js";
import type { Report, Request } from "./messages.js";
import { reasonOf } from "./reason.js";

const tell = (report: Report) => postMessage(report);
const experiment = new Experiment(tell);
/** Ends the training that runs. */
let running = new AbortController();
let turn: Promise<void> = Promise.resolve();

addEventListener("message", ({ data: request }: MessageEvent<Request>) => {
  running.abort();
  running = new AbortController();
  const { signal } = running;
  turn = turn.then(() => answer(request, signal));
});

async function answer(request: Request, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  try {
    if (request.type === "train") await experiment.train(signal);
    else if (request.type === "quantize") await experiment.quantize(request.bits);
    else await experiment.recover(signal);
    tell({ type: "idle", request: request.type });
  } catch (error) {
    if (!signal.aborted) tell({ type: "failed", reason: reasonOf(error) });
  }
}
