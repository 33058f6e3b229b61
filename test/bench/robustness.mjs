/**
 * The time of attacks, of the monitor and of the search for near duplicates: `node test/bench/robustness.mjs [pgd] [monitor]
 * [duplicates] [--rounds N] [--threads N]` after a build. `QATLAB_BENCH_PYTHON` (default python3) is the Python whose PyTorch
 * is measured, `QATLAB_BENCH_CPUS` (default 0,1) the cores.
 *
 * The things that are compared run in turn in every round, so that the machine's noise hits all alike; a ratio is the median of the
 * rounds' ratios.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { duplicates } from "./robustness/duplicates.mjs";
import { monitor } from "./robustness/monitor.mjs";
import { pgd } from "./robustness/pgd.mjs";

const parts = { pgd, monitor, duplicates };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "7" },
    threads: { type: "string", default: "2" },
  },
});
const options = { rounds: Number(values.rounds), threads: Number(values.threads) };
for (const [name, run] of Object.entries(parts)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  console.log(`\n${name}; load ${loadavg()[0]?.toFixed(1)}`);
  if (!(await run(options))) process.exitCode = 1;
}
