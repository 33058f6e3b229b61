import { parentPort, workerData } from "node:worker_threads";

/**
 * A worker of the kernel for a tab, in Node: started with Node's option `--conditions=browser`, it loads the files that a
 * browser loads. It has a browser's names for what a worker is.
 */
const scope = {
  /** @type {((event: { data: unknown }) => void) | null} */
  onmessage: null,
  postMessage: (/** @type {unknown} */ message, /** @type {never[]} */ transfer = []) =>
    parentPort?.postMessage(message, transfer),
};
// A browser's worker tells of errors that nothing catches. The runner replaces the global `process`.
const { process } = globalThis;
const listen = (/** @type {string} */ type, /** @type {(event: object) => void} */ listener) => {
  const preventDefault = () => {};
  if (type === "error") {
    process.on("uncaughtException", (error) => listener({ error, preventDefault }));
  } else process.on("unhandledRejection", (reason) => listener({ reason, preventDefault }));
};
Object.assign(globalThis, { addEventListener: listen });
const { start } = workerData;
const module = await import(new URL(start.file, import.meta.url).href);
module[start.name](scope, {});
parentPort?.on("message", (data) => scope.onmessage?.({ data }));
