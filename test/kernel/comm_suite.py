"""Comms: messages between the front end's objects and listeners in cells."""

from harness import TIMEOUT, KernelCase

HOST = "const host = (globalThis as any)[Symbol.for('Jupyter.host')];"


class Comms(KernelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kernel.run(HOST)

    def send(self, msg_type, comm_id, data=None, buffers=None, **content) -> str:
        """Sends a comm message; returns its id."""
        session = self.kernel.client.session
        message = session.msg(msg_type, {"comm_id": comm_id, "data": data or {}, **content})
        session.send(self.kernel.client.shell_channel.socket, message, buffers=buffers)
        return message["header"]["msg_id"]

    def until_idle(self, msg_id) -> list[dict]:
        """All broadcasts up to the idle of a message, those of other parents among them."""
        messages = []
        while True:
            message = self.kernel.client.get_iopub_msg(timeout=TIMEOUT)
            messages.append(message)
            own = message["parent_header"].get("msg_id") == msg_id
            if own and message["content"].get("execution_state") == "idle":
                return messages

    def say(self, *args, **options) -> list[dict]:
        return self.until_idle(self.send(*args, **options))

    def opened(self, code) -> dict:
        """The comm_open that a cell sends."""
        executed = self.run_ok(code)
        (message,) = [m for m in executed.messages if m["msg_type"] == "comm_open"]
        return message

    def info(self, **content) -> dict:
        return self.kernel.ask("shell", "comm_info_request", content)["content"]["comms"]

    def test_a_comm_of_the_kernel_opens_speaks_and_closes(self):
        message = self.opened(
            "const own = host.comms.open('own.target', { data: { a: 1 }, metadata: { version: '2' }, buffers: [new Uint8Array([1, 2])] });"
        )
        comm_id = message["content"]["comm_id"]
        self.assertEqual(message["content"]["target_name"], "own.target")
        self.assertEqual(message["content"]["data"], {"a": 1})
        self.assertEqual(message["metadata"], {"version": "2"})
        self.assertEqual([bytes(b) for b in message["buffers"]], [b"\x01\x02"])
        self.assertEqual(self.info(target_name="own.target"), {comm_id: {"target_name": "own.target"}})
        self.assertEqual(self.info(target_name="another"), {})
        self.assertIn(comm_id, self.info())
        executed = self.run_ok("own.send({ b: 2 }); own.close(); own.send({ c: 3 });")
        sent = [(m["msg_type"], m["content"]["data"]) for m in executed.messages[1:]]
        self.assertEqual(sent, [("comm_msg", {"b": 2}), ("comm_close", {})])
        self.assertNotIn(comm_id, self.info())

    def test_a_comm_of_the_front_end_reaches_its_receiver(self):
        self.run_ok(
            "let got: any[] = [];"
            "host.comms.register('mine', (comm: any, first: any) => {"
            "  got.push(first.data.x, first.buffers.map((b: Uint8Array) => b.length));"
            "  comm.onMessage(({ data }: any) => { got.push(data.y); comm.send({ echo: data.y }); });"
            "  comm.onClose(() => { got.push('closed'); });"
            "});"
        )
        self.say("comm_open", "c7", {"x": 1}, [b"abc", b"defgh"], target_name="mine")
        self.assertEqual(self.info(target_name="mine"), {"c7": {"target_name": "mine"}})
        msg_id = self.send("comm_msg", "c7", {"y": 2})
        (echo,) = [m for m in self.until_idle(msg_id) if m["msg_type"] == "comm_msg"]
        self.assertEqual(echo["content"], {"comm_id": "c7", "data": {"echo": 2}})
        self.assertEqual(echo["parent_header"]["msg_id"], msg_id)
        self.say("comm_close", "c7")
        self.assertEqual(self.info(target_name="mine"), {})
        self.assertEqual(self.run_ok("got").result, "[ 1, [ 3, 5 ], 2, 'closed' ]")

    def test_an_unknown_target_and_senseless_messages_are_refused(self):
        closed = [m for m in self.say("comm_open", "c1", target_name="unknown") if m["msg_type"] == "comm_close"]
        self.assertEqual([m["content"]["comm_id"] for m in closed], ["c1"])
        self.assertNotIn("c1", self.info())
        self.say("comm_msg", "never opened")
        self.say("comm_close", "never opened")
        message = self.kernel.client.session.msg("comm_msg", {"comm_id": 7, "data": []})
        self.kernel.client.shell_channel.send(message)
        self.assertEqual(self.run_ok("1 + 1").result, "2")

    def listen(self, name, listener) -> tuple[str, str]:
        """Opens a comm with a listener; the ids of the comm and of the cell's request."""
        msg_id = self.kernel.client.execute(
            f"const {name} = host.comms.open('t'); {name}.onMessage({listener});"
        )
        executed = self.kernel.finish(msg_id)
        self.assertEqual(executed.content["status"], "ok", executed.content)
        (message,) = [m for m in executed.messages if m["msg_type"] == "comm_open"]
        return message["content"]["comm_id"], msg_id

    def test_a_listener_prints_and_fails_in_the_cell_that_made_it(self):
        comm_id, cell = self.listen(
            "printing", "({ data }: any) => { console.log('got', data.n); throw new RangeError('too far'); }"
        )
        self.run_ok("'another cell'")
        streams = [m for m in self.say("comm_msg", comm_id, {"n": 5}) if m["msg_type"] == "stream"]
        self.assertEqual({m["parent_header"]["msg_id"] for m in streams}, {cell})
        text = "".join(m["content"]["text"] for m in streams)
        self.assertTrue(text.startswith("got 5\n"), text)
        self.assertIn("RangeError", text)
        self.assertIn("too far", text)

    def test_a_message_is_handled_when_its_listener_has_settled(self):
        comm_id, _ = self.listen(
            "slow",
            "async () => { await new Promise((r) => setTimeout(r, 50)); console.log('settled'); }",
        )
        messages = self.say("comm_msg", comm_id)
        self.assertEqual([m["content"]["text"] for m in messages if m["msg_type"] == "stream"], ["settled\n"])

    def test_a_listener_runs_while_an_asynchronous_cell_waits(self):
        comm_id, _ = self.listen("meanwhile", "() => { console.log('heard'); }")
        msg_id = self.kernel.client.execute(
            "console.log('busy'); await new Promise<void>((done) => meanwhile.onMessage(() => done())); 'done'"
        )
        self.kernel.wait_for_stream("busy", msg_id)
        self.send("comm_msg", comm_id)
        self.assertEqual(self.kernel.finish(msg_id).result, "'done'")

    def test_an_interrupt_stops_a_listener_and_keeps_the_state(self):
        for name, listener in [
            ("endless", "() => { steps = 1; console.log('go'); while (true) steps++; }"),
            ("never", "async () => { steps = 1; console.log('go'); await new Promise(() => {}); }"),
        ]:
            with self.subTest(listener=listener):
                self.run_ok("let steps = 0;")
                comm_id, cell = self.listen(name, listener)
                msg_id = self.send("comm_msg", comm_id)
                self.kernel.wait_for_stream("go", cell)
                self.kernel.backlog.clear()
                self.kernel.manager.interrupt_kernel()
                self.until_idle(msg_id)
                self.assertEqual(self.run_ok("steps > 0").result, "true")
                self.assertEqual(len([m for m in self.say("comm_close", comm_id) if m["msg_type"] == "stream"]), 0)

    def test_an_interrupt_stops_a_listener_that_a_cell_waits_for(self):
        comm_id, cell = self.listen("first", "() => { console.log('go'); while (true); }")
        self.send("comm_msg", comm_id)
        self.kernel.wait_for_stream("go", cell)
        self.kernel.backlog.clear()
        msg_id = self.kernel.client.execute("'ran'")
        self.kernel.manager.interrupt_kernel()
        self.assertIn(self.kernel.finish(msg_id).content["status"], ["ok", "error"])
        self.assertEqual(self.run_ok("'alive'").result, "'alive'")

    def test_captured_output_goes_to_its_sink_and_no_other(self):
        executed = self.run_ok(
            "const got: string[] = [];"
            "const sink = { display: (data: any) => got.push(data['text/plain']), clear: () => got.push('clear'),"
            "  stream: (name: string, text: string) => got.push(name + ' ' + text.trim()) };"
            "await host.capture(sink, async () => {"
            "  console.log('in'); host.display({ 'text/plain': 'shown' });"
            "  await new Promise((r) => setTimeout(r, 5)); console.error('later'); console.clear();"
            "});"
            "console.log('out'); got"
        )
        self.assertEqual(executed.stream(), "out\n")
        self.assertEqual(executed.types, ["execute_input", "stream", "execute_result"])
        self.assertEqual(executed.result, "[ 'stdout in', 'shown', 'stderr later', 'clear' ]")

    def test_a_task_for_the_next_run_of_a_cell_runs_once(self):
        def run(code, cell):
            session, client = self.kernel.client.session, self.kernel.client
            message = session.msg("execute_request", {"code": code, "allow_stdin": False}, metadata={"cellId": cell})
            client.shell_channel.send(message)
            return self.kernel.finish(message["header"]["msg_id"]).stream()

        again = "host.beforeRerun(() => console.log('runs again'));"
        self.assertEqual(run(again, "a"), "")
        self.assertEqual(run("console.log('other')", "b"), "other\n")
        self.assertEqual(run("console.log('first')", "a"), "runs again\nfirst\n")
        self.assertEqual(run("console.log('second')", "a"), "second\n")
