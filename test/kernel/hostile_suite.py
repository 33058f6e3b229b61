"""What strangers, broken clients and huge messages may do to a kernel: nothing."""

import contextlib
import json
import os
import socket as sockets
import tempfile
from random import Random

import zmq
from harness import TIMEOUT, Kernel, KernelCase
from jupyter_client.session import Session

CHANNELS = ["shell", "control", "stdin", "iopub", "hb"]


class Stranger:
    """A local user who knows the ports and no key."""

    def __init__(self, kernel: Kernel):
        self.kernel = kernel
        self.context = zmq.Context()

    def address(self, channel) -> str:
        return f"tcp://127.0.0.1:{getattr(self.kernel.manager, f'{channel}_port')}"

    @contextlib.contextmanager
    def connected(self, channel, kind=None):
        usual = zmq.XSUB if channel == "iopub" else zmq.DEALER
        with self.context.socket(kind or usual) as socket:
            socket.linger = 2000
            socket.connect(self.address(channel))
            yield socket

    def raw(self, channel, data: bytes) -> None:
        port = getattr(self.kernel.manager, f"{channel}_port")
        with sockets.create_connection(("127.0.0.1", port), timeout=TIMEOUT) as connection:
            with contextlib.suppress(OSError):  # the kernel may hang up
                connection.sendall(data)

    def hears_the_heart(self) -> bool:
        with self.connected("hb", zmq.REQ) as socket:
            socket.linger = 0
            socket.send(b"alive?")
            return bool(socket.poll(TIMEOUT * 1000)) and socket.recv() == b"alive?"


def memory(pid: int, field="VmRSS") -> float:
    """What a process holds, in MB."""
    with open(f"/proc/{pid}/status") as status:
        line = next(line for line in status if line.startswith(field))
    return int(line.split()[1]) / 1024


class Strangers(KernelCase):
    """Without the key nobody ends the kernel, runs code, gets an answer or fills its memory."""

    def setUp(self):
        self.stranger = Stranger(self.kernel)

    def tearDown(self):
        self.assertEqual(self.run_ok("6 * 7").result, "42")
        self.assertTrue(self.stranger.hears_the_heart())
        self.stranger.context.destroy(linger=0)

    def test_a_heartbeat_without_its_empty_frame_ends_nothing(self):
        for kind, frames in [
            (zmq.DEALER, [b"a", b"b"]),
            (zmq.DEALER, [b""]),
            (zmq.DEALER, [b"", b"", b""]),
            (zmq.REQ, [b"x" * 70_000]),
        ]:
            with self.stranger.connected("hb", kind) as socket:
                socket.linger = 500
                socket.send_multipart(frames)

    def test_forged_messages_of_every_form_have_no_effect_and_get_no_answer(self):
        forged = Session(key=b"wrong key")
        signed = forged.serialize(forged.msg("execute_request", {"code": "globalThis.forged = 1"}))
        shutdown = forged.serialize(forged.msg("shutdown_request", {"restart": False}))
        for channel in CHANNELS:
            with self.stranger.connected(channel) as socket:
                for frames in [
                    signed,
                    shutdown,
                    [signed[0], b"", *signed[2:]],
                    [signed[0], b"0" * 64, *signed[2:]],
                    signed[:4],
                    [b"<IDS|MSG>"],
                    [b""] * 300,
                    [b"x"] * 300 + signed,
                    [b"x" * (1 << 20)] * 3,
                ]:
                    socket.send_multipart(frames)
                if channel not in ["hb", "iopub"]:  # an echo and broadcasts are for everybody
                    self.assertEqual(socket.poll(300), 0, channel)
        self.assertEqual(self.run_ok("'forged' in globalThis").result, "false")

    def test_bytes_that_are_no_zeromq_end_nothing(self):
        for channel in CHANNELS:
            for data in [b"GET / HTTP/1.1\r\n\r\n", b"\xff\x00\x00", b"\xff" * 4096, b""]:
                self.stranger.raw(channel, data)

    def test_what_nobody_awaits_on_stdin_is_read_and_dropped(self):
        before = memory(self.kernel.pid)
        with self.stranger.connected("stdin") as socket:
            for _ in range(30):
                socket.send(b"x" * (20 << 20))
        self.run_ok("1")
        self.assertLess(memory(self.kernel.pid) - before, 350)


class Fuzz(KernelCase):
    """Messages by chance, of which none is signed: no effect, no answer, no crash, bounded memory."""

    count = 100_000 if os.environ.get("QATLAB_WHOLE") else 1500

    def frames(self, random: Random) -> list[bytes]:
        """A signed message of this session that is then broken, or bytes that never were one."""
        forged = Session(key=b"" if random.random() < 0.3 else random.randbytes(16))
        kind = random.choice(["execute_request", "shutdown_request", "interrupt_request", "input_reply", "comm_open"])
        content = {"code": "globalThis.forged = 1", "value": "forged", "comm_id": "c", "target_name": "t"}
        frames = forged.serialize(forged.msg(kind, content))
        for _ in range(random.randint(0, 3)):
            at = random.randrange(len(frames))
            match random.randrange(6):
                case 0:
                    del frames[at]
                case 1:
                    frames[at] = frames[at][: random.randrange(len(frames[at]) + 1)]
                case 2:
                    frames[at] = random.randbytes(random.choice([0, 1, 64, 5000]))
                case 3:
                    frames.insert(at, b"<IDS|MSG>")
                case 4:
                    frames[at : at + 1] = [frames[at]] * (200 if len(frames[at]) < 1000 else 2)
                case 5:
                    frames.append(random.randbytes(8) * random.choice([1, 1, 1, 1, 100_000]))
            frames = frames or [b""]
        return frames

    def test_nobody_is_answered_and_nothing_happens(self):
        random = Random(14)
        stranger = Stranger(self.kernel)
        recorded = self.kernel.client.session.serialize(
            self.kernel.client.session.msg("execute_request", {"code": "replayed++", "silent": True})
        )
        self.run_ok("let replayed = 0")
        self.kernel.client.shell_channel.socket.send_multipart(recorded)
        self.assertEqual(self.run_ok("replayed").result, "1")
        with contextlib.ExitStack() as stack:
            sockets = {
                channel: stack.enter_context(stranger.connected(channel)) for channel in CHANNELS
            }
            for _ in range(self.count):
                channel = random.choice(CHANNELS)
                frames = recorded if random.random() < 0.05 else self.frames(random)
                # Messages of several frames to a subscription make the sender's own libzmq crash.
                sockets[channel].send_multipart(frames[:1] if channel == "iopub" else frames)
                for heard in ["hb", "iopub"]:  # an echo and broadcasts are for everybody
                    while sockets[heard].poll(0):
                        sockets[heard].recv_multipart()
            self.assertEqual(self.run_ok("[replayed, 'forged' in globalThis]").result, "[ 1, false ]")
            for channel in ["shell", "control", "stdin"]:
                self.assertEqual(sockets[channel].poll(100), 0, channel)
        self.assertLess(memory(self.kernel.pid, "VmHWM"), 1024)
        self.assertTrue(stranger.hears_the_heart())
        stranger.context.destroy(linger=0)


class Replays(KernelCase):
    def test_a_message_that_was_recorded_runs_once(self):
        client = self.kernel.client
        self.run_ok("let runs = 0")
        message = client.session.msg("execute_request", {"code": "runs++", "silent": True})
        frames = client.session.serialize(message)
        for _ in range(30):
            client.shell_channel.socket.send_multipart(frames)
            self.kernel.client.control_channel.socket.send_multipart(frames)
        self.assertEqual(self.run_ok("runs").result, "1")


class Senseless(KernelCase):
    """A client with the key is answered, whatever it sends."""

    def setUp(self):
        self.messages = 0

    def send(self, msg_type, content: bytes, *, header: dict | None = None, channel="shell") -> str:
        """Signs and sends a message whose content is any text; returns its id."""
        session = self.kernel.client.session
        self.messages += 1
        msg_id = f"{self.id()} {self.messages}"
        head = json.dumps({"msg_id": msg_id, "msg_type": msg_type, **(header or {})}).encode()
        parts = [head, b"{}", b"{}", content]
        socket = getattr(self.kernel.client, f"{channel}_channel").socket
        socket.send_multipart([b"<IDS|MSG>", session.sign(parts), *parts])
        return msg_id

    def test_fields_of_a_wrong_type_are_refused_by_name(self):
        for msg_type, content, message in [
            ("execute_request", b'{"code": 5}', "invalid code: 5 (expected a string)"),
            ("execute_request", b'{"code": "1", "silent": "no"}', "invalid silent: 'no' (expected true or false)"),
            ("execute_request", b'{"code": "1", "store_history": 1}', "invalid store_history: 1 (expected true or false)"),
            ("execute_request", b'{"code": "1", "user_expressions": []}', "invalid user_expressions: [] (expected an object)"),
            ("complete_request", b'{"code": {}}', "invalid code: {} (expected a string)"),
            ("complete_request", b'{"code": "M", "cursor_pos": "1"}', "invalid cursor_pos: '1' (expected a number of code points)"),
            ("inspect_request", b'{"code": [[1]]}', "invalid code: [ [Array] ] (expected a string)"),
            ("is_complete_request", b'{"code": true}', "invalid code: true (expected a string)"),
        ]:
            with self.subTest(msg_type=msg_type, content=content):
                reply = self.kernel.reply(self.send(msg_type, content))["content"]
                self.assertEqual((reply["status"], reply["ename"]), ("error", "TypeError"))
                self.assertEqual(reply["evalue"], message)

    def test_fields_out_of_range_are_read_as_the_nearest_that_makes_sense(self):
        for content in [
            b'{"code": "Math.", "cursor_pos": 1e999}',
            b'{"code": "Math.", "cursor_pos": -7}',
            b'{"code": "Math.", "cursor_pos": 123456789012345678901234567890}',
            b'{"code": "Math.", "cursor_pos": 4.5}',
            b'{"code": "Math.", "cursor_pos": null}',
            b'{"code": null}',
            b"{}",
            b'{"code": "\\ud83d", "cursor_pos": 1}',
        ]:
            for msg_type in ["complete_request", "inspect_request"]:
                with self.subTest(msg_type=msg_type, content=content):
                    reply = self.kernel.reply(self.send(msg_type, content))["content"]
                    self.assertEqual(reply["status"], "ok", reply)

    def test_lone_surrogates_reach_nobody(self):
        self.send("execute_request", b'{"code": "\'\\ud83d\'"}', header={"x": "\ud83d"})
        executed = self.kernel.run("'after'")
        json.dumps([executed.messages, self.kernel.others], ensure_ascii=False, default=str).encode()

    def test_code_that_overflows_the_compilers_stack_fails_as_a_cell(self):
        for code in ["(" * 100_000, "[" * 50_000 + "]" * 50_000, "-" + "1-" * 50_000 + "1"]:
            msg_id = self.send("execute_request", json.dumps({"code": code}).encode())
            self.assertIn(self.kernel.reply(msg_id, timeout=60)["content"]["status"], ["error", "ok"])
        self.assertEqual(self.run_ok("const x: number = 1; x + 1").result, "2")

    def test_what_has_no_answer_harms_nothing(self):
        deep = b"[" * 500_000 + b"]" * 500_000
        for channel in ["shell", "control"]:
            for msg_type, content in [
                ("comm_open", b'{"comm_id": ' + deep + b', "target_name": 3}'),
                ("comm_open", b'{"comm_id": null, "data": ' + deep + b"}"),
                ("comm_msg", b'{"comm_id": {}, "data": 1}'),
                ("comm_close", b"{}"),
                ("execute_request", b"[]"),
                ("execute_request", b'{"code": '),
                ("execute_request", b"\xff\xfe"),
                ("history_request", b'{"hist_access_type": "search", "pattern": "' + b"*a" * 5000 + b'b"}'),
                ("history_request", b'{"hist_access_type": "tail", "n": 1e999}'),
                ("__proto__", b"{}"),
                ("toString", b"{}"),
                ("input_reply", b'{"value": 1}'),
                ("", b"{}"),
                ("x" * 5000, b"{}"),
                ("kernel_info_request", b'{"__proto__": {"code": 1}}'),
            ]:
                self.send(msg_type, content, channel=channel)
            self.send("kernel_info_request", b"{}", channel=channel, header={"x": "y" * 10_000})
        self.assertEqual(self.run_ok("6 * 7").result, "42")

    def test_a_huge_message_is_answered(self):
        content = json.dumps({"target_name": "x" * (50 << 20)}).encode()
        reply = self.kernel.reply(self.send("comm_info_request", content))
        self.assertEqual(reply["content"]["status"], "ok")


class Log(KernelCase):
    @classmethod
    def setUpClass(cls):
        cls.stderr = tempfile.TemporaryFile()
        cls.kernel = Kernel(stderr=cls.stderr)

    def test_dropped_messages_are_told_in_a_bounded_number_of_lines(self):
        forged = Session(key=b"wrong key")
        frames = forged.serialize(forged.msg("kernel_info_request", {}))
        for _ in range(20_000):
            self.kernel.client.shell_channel.socket.send_multipart(frames)
        self.assertEqual(self.run_ok("1").result, "1")
        self.stderr.seek(0)
        told = self.stderr.read().decode().splitlines()
        self.assertEqual(told[0], "[qatlab] dropped a message: invalid signature")
        self.assertLess(len(told), 40)
