"""The kernel beside ipykernel, in one run: prints medians and their ratio.

    .venv/bin/python test/bench/kernel.py [--repeat N]

A ratio below 1 means that this kernel is quicker. The two take turns, so that whatever else the machine
does falls on both.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "kernel"))

from harness import TIMEOUT, Kernel, kernelspecs  # noqa: E402
from jupyter_client.manager import KernelManager  # noqa: E402

kernels = {"qatlab": "qatlab-test", "ipykernel": "python3"}


def start_to_kernel_info(name: str) -> float:
    """Seconds from starting the process to the reply."""
    manager = KernelManager(kernel_name=name)
    start = time.perf_counter()
    manager.start_kernel()
    client = manager.client()
    client.start_channels(shell=True, iopub=False, stdin=False, hb=False, control=False)
    try:
        client.kernel_info()
        client.get_shell_msg(timeout=TIMEOUT)
        return time.perf_counter() - start
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def cell(kernel: Kernel, code: str) -> float:
    """Seconds from sending a cell to its idle status and its reply."""
    start = time.perf_counter()
    executed = kernel.run(code)
    seconds = time.perf_counter() - start
    assert executed.content["status"] == "ok", executed.content
    return seconds


def report(title: str, ours: list[float], peer: list[float]) -> None:
    a, b = statistics.median(ours), statistics.median(peer)
    print(f"{title:40} {a * 1e3:8.1f} ms {b * 1e3:8.1f} ms   ratio {a / b:.2f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeat", type=int, default=9, help="starts of each kernel (default 9)")
    repeat = parser.parse_args().repeat
    print(f"{'':40} {'qatlab':>11} {'ipykernel':>11}")
    with kernelspecs():
        starts = {title: [] for title in kernels}
        for _ in range(repeat):
            for title, name in kernels.items():
                starts[title].append(start_to_kernel_info(name))
        report("start to kernel_info", starts["qatlab"], starts["ipykernel"])

        running = {title: Kernel(name) for title, name in kernels.items()}
        ours, peer = running["qatlab"], running["ipykernel"]
        try:
            for kernel in running.values():
                for _ in range(10):
                    cell(kernel, "1+1")
            times = {title: [] for title in kernels}
            for _ in range(100):
                for title, kernel in running.items():
                    times[title].append(cell(kernel, "1+1"))
            report("1+1, median of 100", times["qatlab"], times["ipykernel"])

            lines = {
                "qatlab": "for (let i = 0; i < 200_000; i++) console.log('line', i);",
                "ipykernel": "for i in range(200_000): print('line', i)",
            }
            times = {title: [cell(running[title], code) for _ in range(3)] for title, code in lines.items()}
            report("200,000 printed lines", times["qatlab"], times["ipykernel"])

            loops = {"qatlab": "while (true) {}", "ipykernel": "while True: pass"}
            times = {title: [] for title in kernels}
            for title, code in loops.items():
                kernel = running[title]
                prints = {"qatlab": "console.log('go');", "ipykernel": "print('go', flush=True)\n"}
                for _ in range(5):
                    msg_id = kernel.client.execute(prints[title] + code)
                    kernel.wait_for_stream("go", msg_id)
                    start = time.perf_counter()
                    kernel.manager.interrupt_kernel()
                    kernel.finish(msg_id)
                    times[title].append(time.perf_counter() - start)
            report("interrupt of a busy loop", times["qatlab"], times["ipykernel"])
        finally:
            ours.stop()
            peer.stop()


if __name__ == "__main__":
    main()
