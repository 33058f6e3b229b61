"""The debugger over the wire, as JupyterLab uses it."""

import tempfile
from pathlib import Path

from ipykernel.compiler import murmur2_x86

from harness import TIMEOUT, Kernel, KernelCase

CELL = """function area(width: number, height: number) {
  const result = width * height;
  return result;
}
let sum = 0;
const shapes = [[1, 2], [3, 4]];
for (const [width, height] of shapes) {
  sum += area(width, height);
}
sum"""


class Debugging(KernelCase):
    def setUp(self):
        self.events = []
        self.debug("initialize", clientID="test", adapterID="", linesStartAt1=True)
        self.debug("attach")

    def tearDown(self):
        self.debug("disconnect", restart=False, terminateDebuggee=False)

    def request(self, command, **arguments) -> dict:
        content = {"type": "request", "seq": 1, "command": command, "arguments": arguments}
        return self.kernel.ask("control", "debug_request", content)["content"]

    def debug(self, command, **arguments) -> dict:
        reply = self.request(command, **arguments)
        self.assertTrue(reply["success"], reply)
        return reply["body"]

    def break_at(self, code, *lines) -> str:
        path = self.debug("dumpCell", code=code)["sourcePath"]
        self.debug("setBreakpoints", source={"path": path}, breakpoints=[{"line": line} for line in lines])
        self.debug("configurationDone")
        return path

    def event(self, name) -> dict:
        """The next event of that name; other messages stay to be collected."""
        while True:
            message = self.kernel.client.get_iopub_msg(timeout=TIMEOUT)
            if message["msg_type"] != "debug_event":
                self.kernel.backlog.append(message)
            elif message["content"]["event"] == name:
                return message["content"]["body"]

    def stack(self) -> list:
        frames = self.debug("stackTrace", threadId=1)["stackFrames"]
        return [(frame["name"], frame["line"]) for frame in frames]

    def variables(self, scope, frame=1) -> dict:
        scopes = {s["name"]: s["variablesReference"] for s in self.debug("scopes", frameId=frame)["scopes"]}
        listed = self.debug("variables", variablesReference=scopes[scope])["variables"]
        return {v["name"]: v["value"] for v in listed}

    def go_on(self) -> None:
        self.debug("continue", threadId=1)

    def test_the_kernel_says_that_it_debugs(self):
        info = self.kernel.ask("control", "kernel_info_request")["content"]
        self.assertEqual(info["supported_features"], ["debugger"])
        body = self.debug("debugInfo")
        self.assertTrue(body["isStarted"])
        self.assertIn("ipykernel_", body["tmpFilePrefix"])  # JupyterLab names such paths by their cells
        for code in ("", "a", "ab = 1", "const é = '…';\n", CELL):
            name = murmur2_x86(code, body["hashSeed"])
            path = f"{body['tmpFilePrefix']}{name}{body['tmpFileSuffix']}"
            self.assertEqual(self.debug("dumpCell", code=code)["sourcePath"], path)

    def test_a_cell_stops_shows_its_variables_and_steps_line_by_line(self):
        path = self.break_at(CELL, 2)
        msg_id = self.kernel.client.execute(CELL)
        self.assertEqual(self.event("stopped")["reason"], "breakpoint")
        self.assertEqual(self.stack(), [("area", 2), ("<cell>", 8)])
        self.assertEqual(self.debug("source", source={"path": path})["content"], CELL)
        local = self.variables("Local")
        self.assertEqual((local["width"], local["height"]), ("1", "2"))
        cell = self.variables("Cell", frame=2)
        self.assertEqual(cell["sum"], "0")
        self.assertNotIn("cell$", cell)
        self.assertEqual(self.debug("debugInfo")["stoppedThreads"], [1])
        self.debug("next", threadId=1)
        self.assertEqual(self.event("stopped")["reason"], "step")
        self.assertEqual(self.stack()[0], ("area", 3))
        self.assertEqual(self.variables("Local")["result"], "2")
        self.debug("stepOut", threadId=1)
        self.event("stopped")
        self.assertEqual(self.stack()[0][0], "<cell>")
        self.break_at(CELL)
        self.go_on()
        self.event("continued")
        self.assertEqual(self.kernel.finish(msg_id).result, "14")

    def test_expressions_are_evaluated_in_a_frame(self):
        code = "let count = 2;\nconst twice = (x: number) => {\n  return x * count;\n};\ntwice(5)"
        self.break_at(code, 3)
        msg_id = self.kernel.client.execute(code)
        self.event("stopped")
        for expression, value in [("x + count", "7"), ("({ x, count }).count as number", "2"), ("`${x}`", "5")]:
            body = self.debug("evaluate", expression=expression, frameId=1, context="repl")
            self.assertEqual(body["result"], value)
        failed = self.request("evaluate", expression="missing", frameId=1)
        self.assertIn("missing is not defined", failed["message"])
        rich = self.debug("richInspectVariables", variableName="x", frameId=1)
        self.assertEqual(rich["data"]["text/plain"], "5")
        self.assertEqual(self.variables("Closure")["count"], "2")
        self.go_on()
        self.assertEqual(self.kernel.finish(msg_id).result, "10")

    def test_the_variables_of_all_cells_are_listed_while_nothing_is_stopped(self):
        self.run_ok("const first = 1; let text = 'a'; const list = [1, 2]; const see = () => first;")
        self.run_ok("const first = 2;")
        rich = self.debug("richInspectVariables", variableName="list")
        self.assertEqual(rich["data"]["text/plain"], "[ 1, 2 ]")
        listed = {v["name"]: v for v in self.debug("inspectVariables")["variables"]}
        self.assertEqual((listed["first"]["value"], listed["first"]["type"]), ("2", "int"))
        self.assertEqual((listed["text"]["value"], listed["text"]["type"]), ("a", "str"))
        members = self.debug("variables", variablesReference=listed["list"]["variablesReference"])
        self.assertEqual([v["value"] for v in members["variables"]], ["1", "2"])

    def test_an_async_cell_stops_after_its_await_and_steps_over_the_next(self):
        code = (
            "const rest = () => new Promise((done) => setTimeout(done, 5));\nlet at = 1;\n"
            "await rest();\nat = 2;\nawait rest();\nat = 3;\nat"
        )
        self.break_at(code, 4)
        msg_id = self.kernel.client.execute(code)
        self.event("stopped")
        self.assertEqual(self.stack(), [("<cell>", 4)])
        for line in (5, 6):
            self.debug("next", threadId=1)
            self.event("stopped")
            self.assertEqual(self.stack(), [("<cell>", line)])
        self.assertEqual(self.variables("Cell")["at"], "2")
        self.go_on()
        self.assertEqual(self.kernel.finish(msg_id).result, "3")

    def test_a_step_over_the_last_line_ends_with_the_cell(self):
        code = "let last = 1;\nlast += 1;"
        self.break_at(code, 2)
        msg_id = self.kernel.client.execute(code)
        self.event("stopped")
        self.debug("next", threadId=1)
        self.event("continued")
        self.kernel.finish(msg_id)
        self.assertEqual(self.run_ok("last").result, "2")

    def test_a_local_module_stops(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "shapes.ts"
            file.write_text("export function cube(x: number) {\n  const square = x * x;\n  return square * x;\n}\n")
            self.debug("setBreakpoints", source={"path": str(file)}, breakpoints=[{"line": 3}])
            msg_id = self.kernel.client.execute(f"import {{ cube }} from '{folder}/shapes.ts';\ncube(3)")
            self.event("stopped")
            self.assertEqual(self.stack(), [("cube", 3), ("<cell>", 2)])
            self.assertEqual(self.variables("Local")["square"], "9")
            [module] = self.debug("modules")["modules"]
            self.assertEqual(module["name"], "shapes.ts")
            self.assertIn("return square * x;", self.debug("source", source=module)["content"])
            self.debug("setBreakpoints", source={"path": str(file)}, breakpoints=[])
            self.go_on()
            self.assertEqual(self.kernel.finish(msg_id).result, "27")

    def test_an_error_stops_where_it_is_thrown(self):
        self.debug("setExceptionBreakpoints", filters=["raised"])
        msg_id = self.kernel.client.execute("const bad = () => {\n  throw new Error('stop here');\n};\nbad();")
        stopped = self.event("stopped")
        self.assertEqual((stopped["reason"], stopped["text"]), ("exception", "Error: stop here"))
        self.assertEqual(self.stack()[0], ("bad", 2))
        self.debug("setExceptionBreakpoints", filters=[])
        self.go_on()
        self.assertEqual(self.kernel.finish(msg_id).content["ename"], "Error")

    def test_everything_else_is_answered_while_a_cell_is_stopped(self):
        code = "const here = 1;\nconst there = 2;"
        self.break_at(code, 2)
        msg_id = self.kernel.client.execute(code)
        self.event("stopped")
        for msg_type in ("kernel_info_request", "comm_info_request"):
            self.assertEqual(self.kernel.ask("shell", msg_type)["content"]["status"], "ok")
        completed = self.kernel.ask("shell", "complete_request", {"code": "Math.sq", "cursor_pos": 7})
        self.assertIn("sqrt", completed["content"]["matches"])
        self.go_on()
        self.kernel.finish(msg_id)

    def test_an_interrupt_ends_a_stopped_cell_and_keeps_its_variables(self):
        code = "let kept = 1;\nkept = 2;\nfor (const i of [1]) {\n  kept = 3;\n  kept += i;\n}"
        self.break_at(code, 5)
        msg_id = self.kernel.client.execute(code)
        self.event("stopped")
        self.kernel.manager.interrupt_kernel()
        self.event("continued")
        executed = self.kernel.finish(msg_id)
        self.assertEqual(executed.content["ename"], "KeyboardInterrupt")
        self.assertIn(self.run_ok("kept").result, ["3", "4"])

    def test_an_interrupt_ends_a_loop_while_the_debugger_is_on(self):
        self.run_ok("let turns = 0; const pin = { n: 0 };")
        executed = self.run_interrupted("while (true) { turns++; pin.n++; }")
        self.assertNotIn("debug_event", executed.types)
        self.assertIn(self.run_ok("turns - pin.n").result, ["0", "1", "-1"])

    def test_disconnecting_lets_a_stopped_cell_go_on(self):
        code = "let gone = 1;\ngone = 2;\ngone"
        self.break_at(code, 2)
        msg_id = self.kernel.client.execute(code)
        self.event("stopped")
        self.debug("disconnect")
        self.assertEqual(self.kernel.finish(msg_id).result, "2")

    def test_a_breakpoint_holds_when_its_cell_runs_again(self):
        code = "let again = 1;\nagain += 1;\nagain"
        self.break_at(code, 2)
        for _ in range(2):
            msg_id = self.kernel.client.execute(code)
            self.event("stopped")
            self.go_on()
            self.assertEqual(self.kernel.finish(msg_id).result, "2")

    def test_unknown_commands_and_nonsense_are_refused(self):
        self.assertFalse(self.request("constructor")["success"])
        self.assertFalse(self.request("source", source={"path": "/etc/passwd"})["success"])
        self.assertTrue(self.request("setBreakpoints", source={"path": "nowhere"}, breakpoints=[{}])["success"])
        self.assertEqual(self.run_ok("1 + 1").result, "2")

    def test_a_refused_question_for_a_list_is_answered_with_an_empty_one(self):
        # JupyterLab goes through these lists without looking at `success`.
        self.debug("disconnect", restart=False, terminateDebuggee=False)
        lists = {"stackTrace": "stackFrames", "scopes": "scopes", "variables": "variables"}
        for command, name in lists.items():
            with self.subTest(command):
                reply = self.request(command, threadId=1, frameId=1, variablesReference=99)
                self.assertFalse(reply["success"])
                self.assertEqual(reply["body"][name], [])


class EndWhileStopped(KernelCase):
    def test_a_kernel_whose_cell_is_stopped_shuts_down(self):
        kernel = Kernel()
        try:
            ask = lambda command, **given: kernel.ask(  # noqa: E731
                "control", "debug_request", {"type": "request", "seq": 1, "command": command, "arguments": given}
            )
            code = "let end = 1;\nend = 2;"
            ask("initialize")
            path = ask("dumpCell", code=code)["content"]["body"]["sourcePath"]
            ask("setBreakpoints", source={"path": path}, breakpoints=[{"line": 2}])
            kernel.client.execute(code)
            while kernel.client.get_iopub_msg(timeout=TIMEOUT)["content"].get("event") != "stopped":
                pass
            kernel.client.shutdown()
            kernel.manager.provisioner.process.wait(timeout=10)
        finally:
            kernel.stop()
