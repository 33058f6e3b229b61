"""Runs the kernel's protocol suites and prints the sums as its last line.

    .venv/bin/python test/kernel/run.py [-k PATTERN]

The kernels under test are the build in `dist/`, registered in a temporary folder.
"""

import argparse
import sys
import unittest
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


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("-k", action="append", help="only tests whose name contains this")
    options = parser.parse_args()
    loader = unittest.TestLoader()
    if options.k:
        loader.testNamePatterns = [f"*{pattern}*" for pattern in options.k]
    with kernelspecs():
        suite = loader.discover(str(here), pattern="*_suite.py")
        runner = unittest.TextTestRunner(verbosity=2, resultclass=Result, stream=sys.stdout)
        result = runner.run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    print(f"{result.passed} passed, {failed} failed, {len(result.skipped)} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
