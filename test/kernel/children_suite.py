"""What a cell has started stops with the cell, and ends with the kernel."""

import os
import signal
import time
import unittest
from contextlib import suppress
from pathlib import Path

from harness import Kernel, KernelCase, repeat

IMPORTS = (
    "import { exec, execFile, execSync, spawn, spawnSync } from 'node:child_process';"
    "import { promisify } from 'node:util';"
)

CHILDREN = {
    # The job takes a SIGTERM, which must not reach the child of the next cell.
    "a job that its shell has left": "execSync('sleep {n} > /dev/null 2>&1 &'); while (true) {{}}",
    "execSync": "execSync('sleep {n}');",
    "two commands of execSync": "execSync('sleep {n}; sleep {n}');",
    "a shell that ignores SIGINT": "execSync('trap \"\" INT; sleep {n}; sleep {n}');",
    "a background job of spawnSync": "spawnSync('sh', ['-c', 'sleep {n} & sleep {n}; wait']);",
    "a promise of exec": "await promisify(exec)('sleep {n}');",
    "a promise of execFile": "await promisify(execFile)('sleep', ['{n}']);",
    "spawn": "spawn('sleep', ['{n}']); await new Promise(() => {{}});",
    "an error that is caught": "try {{ execSync('sleep {n}'); }} catch {{}} while (true) {{}}",
}

# Classes of tests run at the same time in several processes, so each has numbers of its own.
numbers = iter(range(1_000_000 * (10 + os.getpid()), 1_000_000 * (11 + os.getpid())))


def sleepers(number: int) -> list[int]:
    """The processes that sleep for so many seconds."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            arguments = (folder / "cmdline").read_bytes().split(b"\0")
            state = (folder / "stat").read_text().rsplit(")", 1)[1].split()[0]
            if arguments[:2] == [b"sleep", str(number).encode()] and state != "Z":
                found.append(int(folder.name))
    return found


class ChildCase(unittest.TestCase):
    def wait_for(self, number: int, some: bool, seconds=15) -> None:
        end = time.monotonic() + seconds
        while bool(sleepers(number)) != some:
            self.assertLess(time.monotonic(), end, f"sleep {number} {'began' if not some else 'ended'}")
            time.sleep(0.01)

    def start(self, kernel: Kernel, code: str) -> tuple[str, int]:
        """Runs a cell until its child sleeps; the request and the seconds of that sleep."""
        number = next(numbers)
        msg_id = kernel.client.execute(code.format(n=number))
        self.wait_for(number, True)
        self.addCleanup(lambda: [os.kill(pid, signal.SIGKILL) for pid in sleepers(number)])
        return msg_id, number


class Interrupted(KernelCase, ChildCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kernel.run(IMPORTS + "let state = 0;")

    def test_an_interrupt_stops_what_the_cell_has_started(self):
        for turn in range(repeat(1)):
            for name, code in CHILDREN.items():
                with self.subTest(child=name, turn=turn):
                    msg_id, number = self.start(self.kernel, "state++;" + code)
                    before = time.monotonic()
                    self.kernel.manager.interrupt_kernel()
                    executed = self.kernel.finish(msg_id)
                    repeat.report(f"interrupt: {name}", time.monotonic() - before)
                    self.assertEqual(executed.content["ename"], "KeyboardInterrupt")
                    self.assertEqual(executed.types.count("error"), 1)
                    self.wait_for(number, False)
                    self.run_ok("state")
        self.assertEqual(self.run_ok("state").result, str(repeat(1) * len(CHILDREN)))

    def test_detached_children_and_those_of_earlier_cells_stay(self):
        kept = []
        for options in ["{ detached: true, stdio: 'ignore' }", "{ stdio: 'ignore' }"]:
            msg_id, number = self.start(
                self.kernel, f"spawn('sleep', ['{{n}}'], {options.replace('{', '{{').replace('}', '}}')}).unref();"
            )
            self.kernel.finish(msg_id)
            kept.append(number)
        msg_id, stopped = self.start(self.kernel, "execSync('sleep {n}');")
        self.kernel.manager.interrupt_kernel()
        self.kernel.finish(msg_id)
        self.wait_for(stopped, False)
        for number in kept:
            self.assertEqual(len(sleepers(number)), 1)

    def test_an_error_of_a_child_is_the_cells_own(self):
        self.assertEqual(self.run_error("execSync('exit 3', { stdio: 'ignore' })").content["ename"], "Error")


class Ended(ChildCase):
    def test_no_child_outlives_the_kernel_but_a_detached_one(self):
        endings = {
            "shutdown": lambda kernel: kernel.ask("control", "shutdown_request", {"restart": False}),
            "restart": lambda kernel: kernel.manager.restart_kernel(),
            "SIGTERM": lambda kernel: os.kill(kernel.pid, signal.SIGTERM),
            "SIGKILL": lambda kernel: os.kill(kernel.pid, signal.SIGKILL),
        }
        for name, end in endings.items():
            with self.subTest(end=name):
                kernel = Kernel()
                self.addCleanup(kernel.stop)
                kernel.run(IMPORTS)
                msg_id, detached = self.start(
                    kernel, "spawn('sleep', ['{n}'], {{ detached: true, stdio: 'ignore' }}).unref();"
                )
                kernel.finish(msg_id)
                msg_id, left = self.start(kernel, "execSync('sleep {n} > /dev/null 2>&1 &');")
                kernel.finish(msg_id)
                msg_id, waiting = self.start(kernel, "spawn('sleep', ['{n}']);")
                kernel.finish(msg_id)
                _, busy = self.start(kernel, "execSync('trap \"\" INT TERM; sleep {n}; sleep {n}');")
                end(kernel)
                for number in [left, waiting, busy]:
                    self.wait_for(number, False)
                self.assertEqual(len(sleepers(detached)), 1)
