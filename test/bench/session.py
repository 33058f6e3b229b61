"""A reader's session on this kernel: the first cell, later ones, a live board.

    .venv/bin/python test/bench/session.py [--repeat N]
"""

import argparse
import os
import statistics
import sys
import time
from pathlib import Path

root = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(root / "test" / "kernel"))

from harness import TIMEOUT, Kernel, kernelspecs  # noqa: E402
from jupyter_client.manager import KernelManager  # noqa: E402

BOARD = """
const board = q.plot.board("Run", { references: { float: 0.97, ptq: 0.31 } });
for (let i = 0; i < 2000; i++) board.push({ step: i - 2000, loss: Math.random(), accuracy: 0.5 });
let spent = 0;
for (let i = 0; i < 300; i++) {
  const until = performance.now() + 10;
  while (performance.now() < until);
  const start = performance.now();
  board.push({ step: i, loss: Math.random(), accuracy: Math.random() });
  spent += performance.now() - start;
}
spent / 3000"""


def first_import() -> float:
    """Seconds from the kernel_info reply to the end of a first cell that imports the library."""
    manager = KernelManager(kernel_name="qatlab-test")
    manager.start_kernel(cwd=str(root / "notebooks"))
    client = manager.client()
    client.start_channels(stdin=False, hb=False, control=False)
    try:
        client.kernel_info()
        client.get_shell_msg(timeout=TIMEOUT)
        start = time.perf_counter()
        client.execute('import * as q from "qatlab";')
        reply = client.get_shell_msg(timeout=TIMEOUT)
        assert reply["content"]["status"] == "ok", reply["content"]
        return time.perf_counter() - start
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def later_cells(kernel: Kernel) -> list[float]:
    """Seconds that cells on the library take beyond what their own code takes."""
    overheads = []
    for i in range(20):
        code = f"""const begun{i} = performance.now();
const t{i} = q.tf.range(0, 100).mul({i}).mean();
const [mean{i}] = t{i}.dataSync();
mean{i}.toFixed(1);
performance.now() - begun{i}"""
        start = time.perf_counter()
        executed = kernel.run(code)
        took = time.perf_counter() - start
        overheads.append(took - float(executed.result) / 1e3)
    return overheads


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeat", type=int, default=5, help="starts of the kernel (default 5)")
    repeat = parser.parse_args().repeat
    with kernelspecs():
        starts = [first_import() for _ in range(repeat)]
        worst, median = max(starts), statistics.median(starts)
        print(f"first cell, import of qatlab: median {median:.2f} s, worst {worst:.2f} s (under 2 s)")
        os.chdir(root / "notebooks")
        kernel = Kernel()
        try:
            kernel.run('import * as q from "qatlab";')
            overhead = statistics.median(later_cells(kernel))
            print(f"a later cell on the library: {1e3 * overhead:.0f} ms of overhead (under 100 ms)")
            shares = sorted(float(kernel.run(BOARD).result) for _ in range(3))
            print(f"a board in a loop of 10 ms steps: {100 * shares[1]:.2f} % of it (under 2 %)")
        finally:
            kernel.stop()


if __name__ == "__main__":
    main()
