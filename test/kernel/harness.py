"""Starts kernels and talks to them: what the suites have in common."""

import contextlib
import json
import os
import tempfile
import time
import unittest
from dataclasses import dataclass
from pathlib import Path

from jupyter_client.manager import KernelManager

root = Path(__file__).resolve().parents[2]
node = os.environ.get("QATLAB_TEST_NODE", "node")
dist = Path(os.environ.get("QATLAB_TEST_DIST", root / "dist"))
main = dist / "bundled" / "main.js"
TIMEOUT = int(os.environ.get("QATLAB_TEST_TIMEOUT", 30))


class Repeat:
    """How often a scenario runs: 100 times with QATLAB_WHOLE=1, which then prints how long it took."""

    whole = os.environ.get("QATLAB_WHOLE") == "1"

    def __init__(self):
        self.seconds: dict[str, list[float]] = {}

    def __call__(self, sample: int) -> int:
        return 100 if self.whole else sample

    def report(self, name: str, seconds: float) -> None:
        self.seconds.setdefault(name, []).append(seconds)
        if self.whole and len(self.seconds[name]) == 100:
            taken = sorted(self.seconds[name])
            print(f"{name}: median {taken[50] * 1000:.0f} ms, largest {taken[-1] * 1000:.0f} ms", flush=True)


repeat = Repeat()


@contextlib.contextmanager
def kernelspecs():
    """Registers the kernels `qatlab-test` and `qatlab-test-js` while the suites run."""
    argv = [node, "--no-force-async-hooks-checks", str(main), "{connection_file}"]
    with tempfile.TemporaryDirectory() as folder:
        for name, language, more in [
            ("qatlab-test", "typescript", []),
            ("qatlab-test-js", "javascript", ["--language=javascript"]),
        ]:
            spec = Path(folder) / "kernels" / name
            spec.mkdir(parents=True)
            (spec / "kernel.json").write_text(
                json.dumps(
                    {
                        "argv": argv + more,
                        "display_name": name,
                        "language": language,
                        "interrupt_mode": "message",
                        "kernel_protocol_version": "5.5",
                    }
                )
            )
        os.environ["JUPYTER_PATH"] = folder
        # The user's own history stays as it is.
        os.environ["JUPYTER_DATA_DIR"] = str(Path(folder) / "data")
        yield


@dataclass
class Executed:
    """What came of an execute_request."""

    reply: dict
    messages: list[dict]

    @property
    def content(self) -> dict:
        return self.reply["content"]

    @property
    def types(self) -> list[str]:
        return [message["msg_type"] for message in self.messages]

    def stream(self, name="stdout") -> str:
        return "".join(
            message["content"]["text"]
            for message in self.messages
            if message["msg_type"] == "stream" and message["content"]["name"] == name
        )

    @property
    def result(self) -> str | None:
        for message in self.messages:
            if message["msg_type"] == "execute_result":
                return message["content"]["data"]["text/plain"]
        return None


class Kernel:
    """A running kernel with one client."""

    def __init__(self, name="qatlab-test", **options):
        self.manager = KernelManager(kernel_name=name, **options)
        self.manager.start_kernel(stderr=options.get("stderr"))
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=TIMEOUT)
        # Messages of other parents, in the order they came.
        self.others: list[dict] = []
        # Messages that were looked at and are still to be collected.
        self.backlog: list[dict] = []

    @property
    def pid(self) -> int:
        return self.manager.provisioner.process.pid

    def finish(self, msg_id, timeout=TIMEOUT) -> Executed:
        """Collects what belongs to a request until it is idle."""
        messages = []
        while True:
            message = self.backlog.pop(0) if self.backlog else self.client.get_iopub_msg(timeout=timeout)
            # The manager numbers its interrupt requests as the client does its own requests.
            parent = message["parent_header"]
            if (parent.get("msg_id"), parent.get("msg_type")) != (msg_id, "execute_request"):
                self.others.append(message)
                continue
            if message["msg_type"] == "status":
                if message["content"]["execution_state"] == "idle":
                    break
                continue
            messages.append(message)
        return Executed(self.reply(msg_id, timeout), messages)

    def reply(self, msg_id, timeout=TIMEOUT) -> dict:
        while True:
            reply = self.client.get_shell_msg(timeout=timeout)
            if reply["parent_header"].get("msg_id") == msg_id:
                return reply

    def run(self, code, timeout=TIMEOUT, **options) -> Executed:
        return self.finish(self.client.execute(code, **options), timeout)

    def ask(self, channel, msg_type, content=None, timeout=TIMEOUT) -> dict:
        """Sends any request and returns its reply."""
        message = self.client.session.msg(msg_type, content or {})
        socket = getattr(self.client, f"{channel}_channel")
        socket.send(message)
        while True:
            reply = socket.get_msg(timeout=timeout)
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                return reply

    def wait_for_stream(self, text, msg_id, timeout=TIMEOUT) -> None:
        """Waits until a cell has printed `text`; what it printed is still to be collected."""
        seen = ""
        while text not in seen:
            message = self.client.get_iopub_msg(timeout=timeout)
            self.backlog.append(message)
            if message["msg_type"] == "stream" and message["parent_header"]["msg_id"] == msg_id:
                seen += message["content"]["text"]

    def run_interrupted(self, code, after=0.05, timeout=15) -> Executed:
        """Runs a cell that prints `go` first and is interrupted some seconds after that."""
        msg_id = self.client.execute(f"console.log('go');{code}")
        self.wait_for_stream("go", msg_id)
        time.sleep(after)
        self.manager.interrupt_kernel()
        return self.finish(msg_id, timeout)

    def quiet(self, seconds) -> list[dict]:
        """What is broadcast during the next seconds."""
        messages, self.backlog = self.backlog, []
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            with contextlib.suppress(Exception):
                messages.append(self.client.get_iopub_msg(timeout=left))
        return messages

    def stop(self) -> None:
        self.client.stop_channels()
        if self.manager.is_alive():
            self.manager.shutdown_kernel(now=True)


class KernelCase(unittest.TestCase):
    """One kernel for all tests of a class."""

    kernel: Kernel
    kernel_name = "qatlab-test"

    @classmethod
    def setUpClass(cls):
        cls.kernel = Kernel(cls.kernel_name)

    @classmethod
    def tearDownClass(cls):
        cls.kernel.stop()

    def run_ok(self, code, **options) -> Executed:
        executed = self.kernel.run(code, **options)
        self.assertEqual(executed.content["status"], "ok", executed.content)
        return executed

    def run_error(self, code, **options) -> Executed:
        executed = self.kernel.run(code, **options)
        self.assertEqual(executed.content["status"], "error", executed.content)
        return executed

    def run_interrupted(self, code, **options) -> Executed:
        executed = self.kernel.run_interrupted(code, **options)
        self.assertEqual(executed.content["ename"], "KeyboardInterrupt", executed.content)
        return executed
