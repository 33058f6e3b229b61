"""The kernel starts quickly and leaves nothing behind."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

from harness import Kernel, main, node


def alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def listening(pid: int) -> set[str]:
    """The addresses on which a process accepts connections."""
    own = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            own.add(os.readlink(entry))
    found = set()
    for table in ["tcp", "tcp6", "udp", "udp6"]:
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if f"socket:[{fields[9]}]" in own and fields[3] != "01":  # 01 is an established connection
                address, port = fields[1].split(":")
                found.add(f"{address}:{int(port, 16)}")
    return found


def marked(mark: bytes) -> list[int]:
    """The processes whose environment has a text."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int(entry.name) != os.getpid() and mark in (entry / "environ").read_bytes():
                found.append(int(entry.name))
    return found


class Lifecycle(unittest.TestCase):
    def gone(self, pid: int, seconds: float) -> None:
        end = time.monotonic() + seconds
        while alive(pid) and time.monotonic() < end:
            time.sleep(0.02)
        self.assertFalse(alive(pid), f"alive after {seconds} s")

    def start(self) -> Kernel:
        kernel = Kernel()
        self.addCleanup(kernel.stop)
        return kernel

    def test_shutdown_is_answered_and_takes_at_most_a_second(self):
        for code in ["1", "while (true) {}", "await 0; while (true) {}",
                     "process.on('exit', () => { while (true) {} });"]:
            for restart in [False, True]:
                with self.subTest(code=code, restart=restart):
                    kernel = self.start()
                    kernel.run("1")
                    kernel.client.execute(code)
                    time.sleep(0.3)
                    reply = kernel.ask("control", "shutdown_request", {"restart": restart})
                    self.assertEqual(reply["content"], {"status": "ok", "restart": restart})
                    self.gone(kernel.pid, 1)

    def test_shutdown_works_on_the_shell_channel_too_and_is_broadcast(self):
        kernel = self.start()
        kernel.ask("shell", "shutdown_request", {"restart": False})
        self.assertIn("shutdown_reply", [m["msg_type"] for m in kernel.quiet(0.5)])
        self.gone(kernel.pid, 1)

    def test_exit_handlers_of_the_user_run(self):
        kernel = self.start()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "left"
            kernel.run(
                "import { writeFileSync } from 'node:fs';"
                f"process.on('exit', () => writeFileSync({json.dumps(str(path))}, 'bye'));"
            )
            kernel.ask("control", "shutdown_request", {"restart": False})
            self.gone(kernel.pid, 1)
            self.assertEqual(path.read_text(), "bye")

    def test_a_restarted_kernel_is_new(self):
        kernel = self.start()
        kernel.run("let old = 1;")
        kernel.manager.restart_kernel()
        kernel.client.wait_for_ready(timeout=30)
        self.assertEqual(kernel.run("old").content["status"], "error")

    def test_the_kernel_ends_when_its_parent_dies(self):
        parent = (
            "import os, sys, time\n"
            "from jupyter_client.manager import start_new_kernel\n"
            "km, kc = start_new_kernel(kernel_name='qatlab-test')\n"
            "kc.execute(sys.argv[1])\n"
            "time.sleep(0.5)\n"
            "print(km.provisioner.process.pid, flush=True)\n"
            "os.kill(os.getpid(), 9)\n"
        )
        for code in ["1", "while (true) {}"]:
            with self.subTest(code=code):
                done = subprocess.run(
                    [sys.executable, "-c", parent, code], stdout=subprocess.PIPE, timeout=60
                )
                self.gone(int(done.stdout), 2)

    @unittest.skipUnless(sys.platform == "linux", "reads /proc")
    def test_it_listens_where_the_connection_file_says_and_nowhere_else(self):
        kernel = self.start()
        kernel.run("1")
        ports = [getattr(kernel.manager, f"{name}_port") for name in ["shell", "iopub", "stdin", "control", "hb"]]
        self.assertEqual(listening(kernel.pid), {f"0100007F:{port}" for port in ports})

    @unittest.skipUnless(sys.platform == "linux", "reads /proc")
    def test_nothing_is_left_of_kernels_that_end_in_any_way(self):
        """No process and no file, 500 times by hand (`QATLAB_WHOLE=1`)."""
        ends = {
            "shutdown": lambda kernel: kernel.ask("control", "shutdown_request", {"restart": False}),
            "SIGTERM": lambda kernel: os.kill(kernel.pid, signal.SIGTERM),
            "SIGKILL": lambda kernel: os.kill(kernel.pid, signal.SIGKILL),
            "process.kill": lambda kernel: kernel.client.execute("process.kill(process.pid, 9)"),
        }
        cells = ["1", "while (true) {}", "import { spawn } from 'node:child_process'; spawn('sleep', ['1000']);"]
        count = 500 if os.environ.get("QATLAB_WHOLE") else 4
        with tempfile.TemporaryDirectory() as folder:
            with mock.patch.dict(os.environ, TMPDIR=folder):
                for number in range(count):
                    end = list(ends)[number % len(ends)]
                    cell = cells[(number + number // 12) % len(cells)]
                    if end == "process.kill" and cell == "while (true) {}":
                        continue  # nothing that comes after it runs
                    with self.subTest(number=number, end=end, cell=cell):
                        kernel = Kernel()
                        try:
                            kernel.client.execute(cell)
                            if cell != "1":
                                time.sleep(0.3)
                            ends[end](kernel)
                            self.gone(kernel.pid, 20)
                        finally:
                            kernel.stop()
            self.assertEqual(os.listdir(folder), [])
            mark = f"TMPDIR={folder}".encode()
            deadline = time.monotonic() + 10
            while (left := marked(mark)) and time.monotonic() < deadline:
                time.sleep(0.05)
            self.assertEqual(left, [])

    def test_bad_arguments_say_what_is_expected(self):
        with tempfile.TemporaryDirectory() as folder:
            broken = Path(folder) / "connection.json"
            broken.write_text('{"transport": "udp"}')
            taken = Path(folder) / "taken.json"
            for arguments, expected in [
                ([], "expected: CONNECTION_FILE"),
                (["a.json", "--language=python"], "--language=typescript|javascript"),
                (["/does/not/exist.json"], "invalid connection file: /does/not/exist.json"),
                ([str(broken)], 'invalid transport in .*: udp \\(expected "tcp" or "ipc"\\)'),
            ]:
                with self.subTest(arguments=arguments):
                    done = subprocess.run(
                        [node, str(main), *arguments], capture_output=True, text=True, timeout=10
                    )
                    self.assertNotEqual(done.returncode, 0)
                    self.assertRegex(done.stderr.replace("\n", " "), expected)
            self.assertFalse(taken.exists())

    def test_a_port_that_is_taken_is_named(self):
        kernel = self.start()
        done = subprocess.run(
            [node, str(main), kernel.manager.connection_file],
            capture_output=True,
            text=True,
            timeout=10,
            env={**os.environ, "JPY_PARENT_PID": ""},
        )
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stderr, r"[Aa]ddress already in use")
        self.assertEqual(kernel.run("1").result, "1")
