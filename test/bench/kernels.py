"""What four kernels do with the same situations: the table of docs/kernel.md.

    npm install deno@2.9.6                       # anywhere; its binary is named by QATLAB_DENO
    QATLAB_DENO=/path/to/deno npm run bench -- kernels

Each probe is a situation that users of notebooks meet. It says `yes` where the kernel did what is expected, else what it did.
Each kernel gets a fresh process for each probe.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "kernel"))

from harness import kernelspecs, node, root  # noqa: E402
from jupyter_client.manager import KernelManager  # noqa: E402

LIMIT = 12  # seconds for a cell

# The language of each kernel's cells.
languages = {"qatlab-test": "ts", "tslab": "ts", "deno": "ts", "python3": "py"}


class Session:
    def __init__(self, name):
        self.language = languages[name]
        self.manager = KernelManager(kernel_name=name)
        self.manager.start_kernel(stdout=-3, stderr=-3)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=30)

    def run(self, code, answer=None, after=None):
        """Runs a cell; `after` seconds later it is interrupted. The reply's status and the messages."""
        msg_id = self.client.execute(code, allow_stdin=answer is not None)
        messages, end, interrupted = [], time.monotonic() + LIMIT, False
        began = time.monotonic()
        while time.monotonic() < end:
            if after is not None and not interrupted and time.monotonic() - began > after:
                self.manager.interrupt_kernel()
                interrupted = True
            if answer is not None:
                with contextlib.suppress(Exception):
                    self.client.get_stdin_msg(timeout=0.05)
                    self.client.input(answer)
            try:
                message = self.client.get_iopub_msg(timeout=0.1)
            except Exception:
                if not self.manager.is_alive():
                    return "died", messages
                continue
            if message["parent_header"].get("msg_id") != msg_id:
                continue
            if message["content"].get("execution_state") == "idle":
                break
            messages.append(message)
        else:
            return "hangs", messages
        with contextlib.suppress(Exception):
            while True:
                reply = self.client.get_shell_msg(timeout=3)
                if reply["parent_header"].get("msg_id") == msg_id:
                    return reply["content"]["status"], messages
        return "no reply", messages

    def text(self, code, **options):
        """What a cell shows, as text."""
        status, messages = self.run(code, **options)
        parts = []
        for message in messages:
            content = message["content"]
            parts.append(content.get("text", "") or content.get("data", {}).get("text/plain", ""))
        return status, "".join(parts)

    def ask(self, kind, content, channel="shell"):
        message = self.client.session.msg(kind, content)
        socket = getattr(self.client, f"{channel}_channel")
        socket.send(message)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with contextlib.suppress(Exception):
                reply = socket.get_msg(timeout=0.5)
                if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                    return reply["content"]
        return None

    def stop(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def pick(session, ts, py):
    return ts if session.language == "ts" else py


def shows_a_result(s):
    return "3" in s.text(pick(s, "const a: number = 1; a + 2", "a = 1\na + 2"))[1] or "no result"


def names_an_error(s):
    _, messages = s.run(pick(s, "throw new RangeError('no')", "raise ValueError('no')"))
    errors = [m["content"] for m in messages if m["msg_type"] == "error"]
    return bool(errors and errors[0].get("ename") in ("RangeError", "ValueError")) or "no name"


def stops_a_wrong_type(s):
    if s.language == "py":
        return "no types"
    status, text = s.text("console.log('ran'); const n: number = 'text';")
    return (status == "error" and "ran" not in text) or "ran"


def rebinds(s):
    first = pick(s, "function g() { return 1 }; function h() { return g() }", "def g(): return 1\ndef h(): return g()")
    s.run(first)
    s.run(pick(s, "function g() { return 2 }", "def g(): return 2"))
    return "2" in s.text(pick(s, "h()", "h()"))[1] or "the earlier one is called"


def interrupted(s, ts, py, after=1.0):
    s.run(pick(s, "let n = 0; const box = { n: 0 };", "n = 0\nclass box: n = 0"))
    status, _ = s.run(pick(s, ts, py), after=after)
    if status in ("died", "hangs"):
        return status
    time.sleep(1.5)  # some kernels abort whatever comes soon after an error
    status, text = s.text(pick(s, "[n > 0, n === box.n, 'alive'].join()", "','.join([str(n > 0), str(n == box.n), 'alive']).lower()"))
    if "alive" not in text:
        return "state lost"
    first = s.text("n")[1]
    time.sleep(0.5)
    if s.text("n")[1] != first:
        return "the loop goes on"
    return "true,true" in text or "variables lost"


def stops_a_loop(s):
    return interrupted(s, "while (true) { n++; box.n++ }", "while True:\n  n += 1; box.n += 1")


def stops_an_async_loop(s):
    wait = "await new Promise((r) => setTimeout(r, 20))"
    return interrupted(
        s,
        f"while (true) {{ n++; box.n++; {wait} }}",
        "import asyncio\nwhile True:\n  n += 1; box.n += 1\n  await asyncio.sleep(0.02)",
    )


def stops_a_loop_after_an_await(s):
    return interrupted(s, "await 0; while (true) { n++; box.n++ }", "import asyncio\nawait asyncio.sleep(0)\nwhile True:\n  n += 1; box.n += 1")


def stops_children(s):
    mark = f"{61 + os.getpid() % 900}.25"
    ts = f"import {{ execSync }} from 'node:child_process'; execSync('sleep {mark}')"
    status, _ = s.run(pick(s, ts, f"import subprocess\nsubprocess.run(['sleep', '{mark}'])"), after=1.0)
    time.sleep(1)
    left = subprocess.run(["pgrep", "-f", f"^sleep {mark}"], capture_output=True).stdout
    subprocess.run(["pkill", "-f", f"^sleep {mark}"])
    if left:
        return "the child lives on"
    return status in ("ok", "error") or status


def asks(s):
    code = pick(s, "const name = prompt('Name: '); name", "name = input('Name: ')\nname")
    return "Ada" in s.text(code, answer="Ada")[1] or "doesn't ask"


def carries_descriptors(s):
    ts = "import { writeSync } from 'node:fs'; writeSync(1, 'from fd\\n'); await new Promise((r) => setTimeout(r, 300))"
    py = "import os, time\nos.write(1, b'from fd\\n'); time.sleep(0.3)"
    return "from fd" in s.text(pick(s, ts, py))[1] or "lost"


def keeps_bursts(s):
    ts = "for (let i = 0; i < 20000; i++) console.log('line', i)"
    status, text = s.text(pick(s, ts, "for i in range(20000): print('line', i)"))
    got = text.count("line")
    return (status == "ok" and got == 20000) or f"{got:,} of 20,000 lines"


def due_output(s):
    ts = "setTimeout(() => console.log('due'), 0); Promise.resolve().then(() => console.log('micro')); 1"
    if s.language == "py":
        return "no such thing"
    text = s.text(ts)[1]
    return ("due" in text and "micro" in text) or "lost"


def completes_types(s):
    if s.language == "py":
        s.run("x = 'abc'")
        reply = s.ask("complete_request", {"code": "x.upp", "cursor_pos": 5})
    else:
        code = "const x = 'abc'; x.toUpp"
        reply = s.ask("complete_request", {"code": code, "cursor_pos": len(code)})
    return bool(reply and any("upper" in m.lower() for m in reply.get("matches", []))) or "nothing"


def inspects(s):
    reply = s.ask("inspect_request", {"code": pick(s, "Math.hypot", "len"), "cursor_pos": pick(s, 10, 3), "detail_level": 0})
    return bool(reply and reply.get("found")) or "not found"


def answers_while_busy(s):
    s.client.execute(pick(s, "{ const end = Date.now() + 4000; while (Date.now() < end); }", "import time\ntime.sleep(4)"))
    time.sleep(0.5)
    start = time.monotonic()
    reply = s.ask("kernel_info_request", {}, channel="control")
    return (reply is not None and time.monotonic() - start < 2) or "after the cell"


def has_comms(s):
    ts = "(globalThis as any)[Symbol.for('Jupyter.host')]?.comms?.open ? 'comms' : typeof (globalThis as any).Deno?.jupyter?.broadcast === 'function' ? 'broadcast only' : ''"
    text = s.text(pick(s, ts, "from ipykernel.comm import Comm\n'comms'"))[1]
    return "comms" in text or ("broadcast only" if "broadcast" in text else "none")


def debugs(s):
    content = {"seq": 1, "type": "request", "command": "initialize", "arguments": {}}
    reply = s.ask("debug_request", content, channel="control")
    return bool(reply and reply.get("success")) or "none"


def keeps_history(s):
    s.run("1 + 1")
    reply = s.ask("history_request", {"hist_access_type": "tail", "n": 1, "output": False, "raw": True})
    return bool(reply and reply.get("history")) or "empty"


def tells_usage(s):
    return s.ask("usage_request", {}, channel="control") is not None or "none"


probes = [
    ("The last expression is a result", shows_a_result),
    ("An error has its name", names_an_error),
    ("A wrong type stops the cell before it runs", stops_a_wrong_type),
    ("A helper that is declared again is the one that is called", rebinds),
    ("An interrupt stops a loop, and every variable is as it was then", stops_a_loop),
    ("… a loop that sleeps", stops_an_async_loop),
    ("… a loop after an await", stops_a_loop_after_an_await),
    ("… a child process, also under execSync", stops_children),
    ("A cell asks its reader", asks),
    ("Output of file descriptors and native code stands in the cell", carries_descriptors),
    ("20,000 lines arrive whole", keeps_bursts),
    ("Promises and timers that are due print before idle", due_output),
    ("Completion knows types", completes_types),
    ("Inspection", inspects),
    ("Control is answered while a cell runs", answers_while_busy),
    ("Comms, so widgets", has_comms),
    ("Debugger", debugs),
    ("History", keeps_history),
    ("Usage", tells_usage),
]


def specs_of_peers(folder):
    """Registers the stock tslab, and Deno where QATLAB_DENO names it; the names of the kernels."""
    names = ["qatlab-test", "tslab", "python3"]
    tslab = [node, str(root / "node_modules/tslab/bin/tslab"), "kernel", "--config-path", "{connection_file}"]
    peers = {"tslab": tslab}
    if deno := os.environ.get("QATLAB_DENO"):
        peers["deno"] = [deno, "jupyter", "--kernel", "--conn", "{connection_file}"]
        names.insert(2, "deno")
    for name, argv in peers.items():
        spec = Path(folder) / "kernels" / name
        spec.mkdir(parents=True)
        content = {"argv": argv, "display_name": name, "language": "typescript"}
        (spec / "kernel.json").write_text(json.dumps(content))
    return names


def main():
    with kernelspecs():
        names = specs_of_peers(os.environ["JUPYTER_PATH"])
        print("| | " + " | ".join(names) + " |")
        print("|---|" + "---|" * len(names))
        for title, probe in probes:
            cells = []
            for name in names:
                session = None
                try:
                    session = Session(name)
                    found = probe(session)
                except Exception as error:  # a kernel that fails a probe must not end the table
                    found = f"{type(error).__name__}"
                finally:
                    if session:
                        session.stop()
                cells.append("yes" if found is True else found)
            print(f"| {title} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
