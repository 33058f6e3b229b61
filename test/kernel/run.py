"""Runs the kernel's protocol suites and prints the sums as its last line.

    .venv/bin/python test/kernel/run.py [-k PATTERN] [CLASS…]

The kernels under test are the build in `dist/`, registered in a temporary folder. Each class of
tests, such as `protocol_suite.Transports`, runs in a process of its own, and as many at once as
there are cores: most of the time a test waits.
"""

import argparse
import os
import re
import subprocess
import sys
import unittest
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

here = Path(__file__).parent
sys.path.insert(0, str(here))

from harness import kernelspecs  # noqa: E402


class Result(unittest.TextTestResult):
    """Counts what passed, which unittest itself doesn't."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.passed = 0

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1


def run_here(suite) -> tuple[int, int, int]:
    """Runs tests in this process; how many passed, failed and were skipped."""
    with kernelspecs():
        runner = unittest.TextTestRunner(verbosity=2, resultclass=Result, stream=sys.stdout)
        result = runner.run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    return result.passed, failed, len(result.skipped)


def run_class(name, patterns) -> tuple[str, tuple[int, ...]]:
    """Runs a class of tests in another process; what it printed, and its sums."""
    options = [argument for pattern in patterns for argument in ("-k", pattern)]
    ended = subprocess.run(
        [sys.executable, __file__, *options, name],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    sums = re.findall(r"^(\d+) passed, (\d+) failed, (\d+) skipped$", ended.stdout, re.MULTILINE)
    if not sums:  # it crashed
        return f"{ended.stdout}{name} ended with status {ended.returncode}\n", (0, 1, 0)
    return ended.stdout, tuple(map(int, sums[-1]))


def classes_of(suite) -> list[str]:
    """The classes that have tests in a suite, in order."""
    if isinstance(suite, unittest.TestCase):
        return [suite.id().rpartition(".")[0]]
    return list(dict.fromkeys(name for part in suite for name in classes_of(part)))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("-k", action="append", help="only tests whose name contains this", default=[])
    parser.add_argument("classes", nargs="*", help="only these, one after the other, in this process")
    options = parser.parse_args()
    loader = unittest.TestLoader()
    if options.k:
        loader.testNamePatterns = [f"*{pattern}*" for pattern in options.k]
    if options.classes:
        passed, failed, skipped = run_here(loader.loadTestsFromNames(options.classes))
    else:
        names = classes_of(loader.discover(str(here), pattern="*_suite.py"))
        if loader.errors:
            sys.exit("\n".join(loader.errors))
        passed = failed = skipped = 0
        workers = min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)
        with ThreadPoolExecutor(workers) as pool:
            running = [pool.submit(run_class, name, options.k) for name in names]
            try:
                for ended in as_completed(running):
                    output, sums = ended.result()
                    print(output, flush=True)
                    passed, failed, skipped = map(sum, zip((passed, failed, skipped), sums))
            except KeyboardInterrupt:
                pool.shutdown(cancel_futures=True)
                raise
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
