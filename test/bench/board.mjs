/**
 * Measures the cost of a live board for the loop that feeds it: `node test/bench/board.mjs` after a build.
 * Prints the share of a 10 ms step, the median of five runs, with a host that writes each bundle as JSON, as
 * the kernel does.
 */
/** @type {import("../../dist/display/index.js").JupyterHost} */
const host = {
  name: "bench",
  display: (bundle) => void JSON.stringify(bundle),
  clear() {},
  signal: new AbortController().signal,
  beforeIdle() {},
};
/** @type {any} */ (globalThis)[Symbol.for("Jupyter.host")] = host;
const { board } = await import("../../dist/plot/index.js");

const [step, steps] = [10, 200];

function run() {
  const live = board("Run", { references: { float: 0.97, ptq: 0.31 } });
  for (let i = 0; i < 2000; i++) live.push({ step: i - 2000, loss: Math.random(), accuracy: 0.5 });
  let spent = 0;
  for (let i = 0; i < steps; i++) {
    const until = performance.now() + step;
    while (performance.now() < until);
    const start = performance.now();
    live.push({ step: i, loss: Math.random(), accuracy: Math.random() });
    spent += performance.now() - start;
  }
  return spent / (step * steps);
}

const shares = Array.from({ length: 5 }, run).sort((a, b) => a - b);
console.log(
  `board.push, two full series: ${(100 * shares[2]).toFixed(2)} % of a ${step} ms step (at most 2 %)`,
);
