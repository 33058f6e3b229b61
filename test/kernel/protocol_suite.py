"""The Jupyter messaging specification, message by message."""

import json
import os
import subprocess
import time

from harness import TIMEOUT, Kernel, KernelCase
from jupyter_client.session import Session


class Requests(KernelCase):
    def test_kernel_info_says_what_jupyterlab_and_nbconvert_need(self):
        content = self.kernel.ask("shell", "kernel_info_request")["content"]
        self.assertEqual(content["status"], "ok")
        self.assertEqual(content["protocol_version"], "5.5")
        self.assertEqual(content["supported_features"], ["debugger"])
        language = content["language_info"]
        self.assertEqual(language["file_extension"], ".ts")
        self.assertEqual(language["codemirror_mode"], "typescript")
        self.assertEqual(language["mimetype"], "text/typescript")
        import pygments.lexers

        self.assertEqual(
            pygments.lexers.get_lexer_by_name(language["pygments_lexer"]).name, "TypeScript"
        )
        self.assertTrue(all({"text", "url"} == set(link) for link in content["help_links"]))

    def test_requests_are_answered_on_the_control_channel_too(self):
        content = self.kernel.ask("control", "kernel_info_request")["content"]
        self.assertEqual(content["implementation"], "qatlab")

    def test_a_busy_kernel_answers_shell_and_control(self):
        self.kernel.ask("shell", "complete_request", {"code": "Math.", "cursor_pos": 5})
        msg_id = self.kernel.client.execute("console.log('busy'); while (true);")
        self.kernel.wait_for_stream("busy", msg_id)
        for channel, request, content in [
            ("control", "kernel_info_request", {}),
            ("shell", "kernel_info_request", {}),
            ("shell", "complete_request", {"code": "Math.hyp", "cursor_pos": 8}),
            ("shell", "is_complete_request", {"code": "{"}),
            ("shell", "history_request", {"hist_access_type": "tail", "output": False, "raw": True}),
        ]:
            with self.subTest(request=request, channel=channel):
                self.kernel.ask(channel, request, content)
        self.kernel.manager.interrupt_kernel()
        self.kernel.finish(msg_id)

    def test_connect_tells_the_ports(self):
        content = self.kernel.ask("shell", "connect_request")["content"]
        for channel in ["shell", "iopub", "stdin", "control", "hb"]:
            self.assertEqual(
                content[f"{channel}_port"], getattr(self.kernel.manager, f"{channel}_port")
            )

    def test_completion_counts_in_code_points(self):
        code = "const s = '😀😀'; s.toUpperC"
        content = self.kernel.ask(
            "shell", "complete_request", {"code": code, "cursor_pos": len(code)}
        )["content"]
        self.assertEqual(content["matches"], ["toUpperCase"])
        self.assertEqual(code[content["cursor_start"] : content["cursor_end"]], "toUpperC")

    def complete(self, code) -> list[dict]:
        request = {"code": code, "cursor_pos": len(code)}
        content = self.kernel.ask("shell", "complete_request", request)["content"]
        entries = content["metadata"]["_jupyter_types_experimental"]
        self.assertEqual([entry["text"] for entry in entries], content["matches"])
        return entries

    def test_completion_tells_kinds_places_and_signatures(self):
        (entry,) = self.complete("Math.hypo")
        self.assertEqual(
            entry,
            {"text": "hypot", "type": "method", "start": 5, "end": 9, "signature": "(...values: number[]): number"},
        )

    def test_live_objects_complete_what_the_types_leave_open(self):
        self.run_ok(
            "let ran = 0;"
            "const loose: any = { rows: [{ alpha: 1, go() {} }], get computed() { ran++; return {}; } };"
        )
        self.assertEqual([e["text"] for e in self.complete("loose.ro")], ["rows"])
        entries = self.complete("loose.rows[0].")[:2]
        self.assertEqual([(e["text"], e["type"]) for e in entries], [("alpha", "property"), ("go", "method")])
        self.assertEqual(self.complete("loose.computed."), [])
        self.assertEqual(self.run_ok("ran").result, "0")

    def test_a_busy_kernel_completes_from_the_types_alone(self):
        self.run_ok("const open: any = { key: 1 };")
        self.assertEqual([e["text"] for e in self.complete("open.k")], ["key"])
        msg_id = self.kernel.client.execute("console.log('busy'); while (true);")
        self.kernel.wait_for_stream("busy", msg_id)
        self.assertEqual(self.complete("open.k"), [])
        self.assertEqual([e["text"] for e in self.complete("Math.hypo")], ["hypot"])
        self.kernel.manager.interrupt_kernel()
        self.kernel.finish(msg_id)

    def test_history_that_makes_no_sense_is_empty(self):
        for request in [{}, {"hist_access_type": "range", "session": 99}, {"hist_access_type": 3}]:
            content = self.kernel.ask("shell", "history_request", request)["content"]
            self.assertEqual(content, {"status": "ok", "history": []})

    def test_usage_is_told_as_ipykernel_tells_it(self):
        content = self.kernel.ask("control", "usage_request")["content"]
        self.assertEqual(content["pid"], self.kernel.pid)
        self.assertEqual(content["cpu_count"], os.cpu_count())
        self.assertGreater(content["kernel_memory"], 10 << 20)
        memory = content["host_virtual_memory"]
        self.assertLess(memory["available"], memory["total"])
        self.run_ok("for (const end = Date.now() + 300; Date.now() < end; );")
        self.assertGreater(self.kernel.ask("control", "usage_request")["content"]["kernel_cpu"], 5)

    def test_the_heartbeat_echoes(self):
        self.assertTrue(self.kernel.client.hb_channel.is_alive())
        self.kernel.client.hb_channel.unpause()
        time.sleep(1.5)
        self.assertTrue(self.kernel.client.hb_channel.is_beating())


class JavaScriptCompletion(KernelCase):
    kernel_name = "qatlab-test-js"

    def test_keys_that_a_later_cell_adds_are_known(self):
        self.run_ok("const settings = { bits: 3 };")
        self.run_ok("Object.assign(settings, { signed: true });")
        content = self.kernel.ask("shell", "complete_request", {"code": "settings.", "cursor_pos": 9})["content"]
        self.assertEqual(content["matches"][:2], ["bits", "signed"])


class Execution(KernelCase):
    def test_messages_come_in_the_order_of_the_specification(self):
        executed = self.run_ok("console.log('a'); 7")
        self.assertEqual(executed.types, ["execute_input", "stream", "execute_result"])
        count = executed.content["execution_count"]
        self.assertEqual(executed.messages[0]["content"]["execution_count"], count)
        self.assertEqual(executed.messages[2]["content"]["execution_count"], count)
        self.assertEqual(executed.content["payload"], [])
        self.assertIn("started", executed.reply["metadata"])

    def test_the_count_goes_up_by_one_for_each_stored_cell(self):
        first = self.run_ok("1").content["execution_count"]
        self.run_ok("2", silent=True)
        self.run_ok("3", store_history=False)
        self.run_error("throw 1")
        self.assertEqual(self.run_ok("4").content["execution_count"], first + 2)

    def test_a_silent_cell_shows_no_input_and_no_result(self):
        executed = self.run_ok("let quiet = 5; quiet", silent=True)
        self.assertEqual(executed.types, [])
        self.assertEqual(self.run_ok("quiet").result, "5")

    def test_cells_that_are_not_stored_stay_out_of_the_history(self):
        self.run_ok("'unstored'", store_history=False)
        content = self.kernel.ask(
            "shell",
            "history_request",
            {"hist_access_type": "search", "pattern": "*unstored*", "output": False, "raw": True},
        )["content"]
        self.assertEqual(content["history"], [])

    def test_the_history_is_kept_across_kernels(self):
        self.run_ok("'from the first kernel'")
        self.run_ok("'kept by no one'", store_history=False)
        second = Kernel()
        try:
            second.run("'from the second kernel'")
            content = second.ask(
                "shell",
                "history_request",
                {"hist_access_type": "search", "pattern": "'* the * kernel'", "output": True, "raw": True},
            )["content"]
            (s1, _, first), (s2, cell, last) = content["history"]
            self.assertEqual(first[0], "'from the first kernel'")
            self.assertEqual((cell, last), (1, ["'from the second kernel'"] * 2))
            self.assertLess(s1, s2)
        finally:
            second.stop()

    def test_an_error_has_its_name_its_message_and_the_cells_own_line(self):
        executed = self.run_error("const ok = 1;\nthrow new RangeError('too far');")
        self.assertEqual(executed.content["ename"], "RangeError")
        self.assertEqual(executed.content["evalue"], "too far")
        self.assertEqual(executed.types, ["execute_input", "error"])
        error = executed.messages[1]["content"]
        self.assertIn("throw new RangeError", "\n".join(error["traceback"]))
        self.assertEqual(error["traceback"], executed.content["traceback"])

    def test_a_type_error_blocks_the_cell(self):
        executed = self.run_error("console.log('ran'); const n: number = 'text';")
        self.assertEqual(executed.types, ["execute_input", "error"])
        self.assertIn("TS2322", "\n".join(executed.content["traceback"]))

    def test_user_expressions_are_evaluated_one_by_one(self):
        executed = self.run_ok(
            "let base = 20;",
            user_expressions={"good": "base * 2 + 2", "bad": "missing", "throws": "null!.x"},
        )
        values = executed.content["user_expressions"]
        self.assertEqual(values["good"]["status"], "ok")
        self.assertEqual(values["good"]["data"]["text/plain"], "42")
        self.assertEqual(values["bad"]["status"], "error")
        self.assertEqual(values["throws"]["ename"], "TypeError")
        self.assertEqual(executed.types, ["execute_input"])

    def test_an_empty_cell_is_a_cell(self):
        for code in ["", "\n", "// nothing"]:
            self.assertEqual(self.run_ok(code).types, ["execute_input"])

    def test_an_error_aborts_what_is_queued_and_nothing_later(self):
        client = self.kernel.client
        # What the client sends before it can know of the error.
        sent = [client.execute("await new Promise((r) => setTimeout(r, 300)); throw new Error('first')")]
        sent += [client.execute(f"console.log('queued {i}')") for i in range(20)]
        replies = [self.kernel.reply(msg_id)["content"]["status"] for msg_id in sent]
        self.assertEqual(replies, ["error"] + ["aborted"] * 20)
        self.assertEqual(self.run_ok("'alive'").result, "'alive'")

    def test_without_stop_on_error_the_queue_goes_on(self):
        client = self.kernel.client
        failing = client.execute("throw new Error('x')", stop_on_error=False)
        following = client.execute("'ran'")
        self.assertEqual(self.kernel.reply(failing)["content"]["status"], "error")
        self.assertEqual(self.kernel.finish(following).result, "'ran'")

    def test_a_cell_sent_after_the_error_reply_runs(self):
        for _ in range(30):
            self.run_error("throw new Error('x')")
            self.assertEqual(self.run_ok("'next'").result, "'next'")

    def test_queued_cells_run_in_order(self):
        sent = [self.kernel.client.execute(f"console.log({i})") for i in range(50)]
        self.assertEqual([self.kernel.finish(msg_id).stream() for msg_id in sent], [f"{i}\n" for i in range(50)])


class JavaScript(KernelCase):
    kernel_name = "qatlab-test-js"

    def test_cells_are_javascript(self):
        content = self.kernel.ask("shell", "kernel_info_request")["content"]
        self.assertEqual(content["language_info"]["name"], "javascript")
        self.assertEqual(content["language_info"]["file_extension"], ".js")
        self.run_ok("const x = require('node:path'); let y = 1; y = 'text';")
        self.assertEqual(self.run_ok("x.basename('/a/b') + y").result, "'btext'")


class Signatures(KernelCase):
    def send(self, session) -> None:
        session.send(self.kernel.client.shell_channel.socket, "kernel_info_request", {})

    def test_a_message_with_a_wrong_signature_is_dropped(self):
        forged = Session(key=b"wrong key")
        message = forged.msg("execute_request", {"code": "globalThis.forged = true"})
        self.kernel.client.shell_channel.socket.send_multipart(forged.serialize(message))
        self.assertEqual(self.kernel.quiet(0.3), [])
        self.assertEqual(self.run_ok("'forged' in globalThis").result, "false")

    def test_malformed_frames_do_not_harm(self):
        socket = self.kernel.client.shell_channel.socket
        session = self.kernel.client.session
        for parts in [
            [b"not json", b"{}", b"{}", b"{}"],
            [b"[]", b"{}", b"{}", b"{}"],
            [b"{}", b"{}", b"{}", b"{}"],
            [b'{"msg_id": 1, "msg_type": "execute_request"}', b"{}", b"{}", b"{}"],
            [b'{"msg_id": "m", "msg_type": "execute_request"}', b"{}", b"{}", b"3"],
            [b'{"msg_id": "m", "msg_type": "constructor"}', b"{}", b"{}", b"{}"],
        ]:
            socket.send_multipart([b"<IDS|MSG>", session.sign(parts), *parts])
        socket.send_multipart([b"no delimiter"])
        socket.send_multipart([b"<IDS|MSG>"])
        socket.send_multipart([b"<IDS|MSG>", b"signature", b"{}"])
        socket.send_multipart([b""])
        self.assertEqual(self.run_ok("1 + 1").result, "2")

    def test_a_dropped_message_is_told_in_one_line_of_stderr(self):
        kernel = Kernel(stderr=subprocess.PIPE)
        try:
            forged = Session(key=b"wrong key")
            message = forged.msg("kernel_info_request", {})
            kernel.client.shell_channel.socket.send_multipart(forged.serialize(message))
            line = kernel.manager.provisioner.process.stderr.readline().decode()
            self.assertRegex(line, r"^\[qatlab\] dropped a message: invalid signature$")
        finally:
            kernel.stop()


class Transports(KernelCase):
    @classmethod
    def setUpClass(cls):
        pass

    @classmethod
    def tearDownClass(cls):
        pass

    def check(self, **options):
        kernel = Kernel(**options)
        try:
            self.assertEqual(kernel.run("6 * 7").result, "42")
        finally:
            kernel.stop()

    def test_ipc(self):
        self.check(transport="ipc")

    def test_an_empty_key_means_unsigned_messages(self):
        from jupyter_client.manager import KernelManager

        manager = KernelManager(kernel_name="qatlab-test")
        manager.session.key = b""
        manager.start_kernel()
        self.assertEqual(json.loads(open(manager.connection_file).read())["key"], "")
        client = manager.client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=TIMEOUT)
            msg_id = client.execute("2 ** 5")
            while (message := client.get_iopub_msg(timeout=TIMEOUT))["msg_type"] != "execute_result":
                pass
            self.assertEqual(message["parent_header"]["msg_id"], msg_id)
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)

    def test_two_kernels_at_once_know_nothing_of_each_other(self):
        first, second = Kernel(), Kernel()
        try:
            first.run("let mine = 1")
            self.assertEqual(second.run("mine").content["status"], "error")
            self.assertEqual(first.run("mine").result, "1")
        finally:
            first.stop()
            second.stop()
