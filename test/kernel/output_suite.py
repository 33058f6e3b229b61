"""Nothing that a cell says is lost, late or under another cell."""

import os
import unittest
from unittest import mock

from harness import Kernel, KernelCase

HOST = "const host = (globalThis as any)[Symbol.for('Jupyter.host')];"


class Streams(KernelCase):
    def test_200000_lines_arrive_whole_and_in_order(self):
        executed = self.run_ok("for (let i = 0; i < 200000; i++) console.log('line', i);", timeout=60)
        self.assertEqual(executed.stream(), "".join(f"line {i}\n" for i in range(200_000)))

    def test_text_arrives_while_the_thread_is_busy(self):
        msg_id = self.kernel.client.execute("console.log('begin'); while (true);")
        self.kernel.wait_for_stream("begin", msg_id)
        self.kernel.manager.interrupt_kernel()
        self.kernel.finish(msg_id)

    def test_stdout_and_stderr_keep_their_order(self):
        executed = self.run_ok(
            "for (let i = 0; i < 50; i++) { console.log(i); console.error(i); }"
        )
        streams = [
            (m["content"]["name"], m["content"]["text"])
            for m in executed.messages
            if m["msg_type"] == "stream"
        ]
        expected = [p for i in range(50) for p in [("stdout", f"{i}\n"), ("stderr", f"{i}\n")]]
        self.assertEqual(streams, expected)

    def test_what_is_due_when_a_cell_ends_comes_before_idle(self):
        due = {
            "a timer": "setTimeout(() => console.log('due'), 0);",
            "an immediate": "setImmediate(() => console.log('due'));",
            "a tick": "process.nextTick(() => console.log('due'));",
            "a microtask": "queueMicrotask(() => console.log('due'));",
            "a chain of promises": "void (async () => { for (let i = 0; i < 9; i++) await i; console.log('due'); })();",
            "a timer set by a microtask": "void Promise.resolve().then(() => setTimeout(() => console.log('due')));",
            "an immediate set by a microtask": "void Promise.resolve().then(() => setImmediate(() => console.log('due')));",
            "an immediate set by a timer": "setTimeout(() => setImmediate(() => console.log('due')), 0);",
            "a sleep": "import { setTimeout as sleep } from 'node:timers/promises';"
            " void sleep(1).then(() => console.log('due'));",
            "a timer that came due meanwhile": "setTimeout(() => console.log('due'), 30);"
            " for (const end = Date.now() + 40; Date.now() < end; );",
        }
        for name, code in due.items():
            with self.subTest(due=name):
                self.assertEqual(self.run_ok(code).stream(), "due\n")
        executed = self.run_error(due["a timer"] + "throw new Error('x');")
        self.assertEqual(executed.stream(), "due\n")
        self.assertEqual(self.run_ok(due["a tick"] + "7").result, "7")

    def test_an_endless_turn_is_interrupted(self):
        # The cell itself has ended well, so its status may be either.
        self.kernel.run_interrupted("process.nextTick(function again() { process.nextTick(again); });")
        self.assertEqual(self.run_ok("1").result, "1")

    def test_what_is_written_to_the_file_descriptors_reaches_the_cell(self):
        executed = self.run_ok(
            "import { fork, spawn } from 'node:child_process'; import { appendFileSync, writeFileSync, rmSync } from 'node:fs';"
            "import { tmpdir } from 'node:os'; import { Worker } from 'node:worker_threads';"
            "const gone = (it: { on(name: 'exit', f: () => void): unknown }) => new Promise<void>((r) => it.on('exit', r));"
            "appendFileSync('/dev/fd/1', 'native ü\\n'); appendFileSync('/dev/fd/2', 'native error\\n');"
            "await gone(spawn('sh', ['-c', 'echo child; echo child error >&2'], { stdio: 'inherit' }));"
            "const file = `${tmpdir()}/qatlab-fork-${process.pid}.cjs`; writeFileSync(file, 'console.log(`fork`)');"
            "await gone(fork(file)); rmSync(file);"
            "await gone(new Worker('console.log(`worker`); console.error(`worker error`)', { eval: true }));"
        )
        self.assertEqual(executed.stream(), "native ü\nchild\nfork\nworker\n")
        self.assertEqual(executed.stream("stderr"), "native error\nchild error\nworker error\n")

    def test_a_childs_output_is_live_and_keeps_its_place(self):
        self.run_ok("import { execSync, spawnSync } from 'node:child_process';")
        executed = self.run_ok(
            "for (let i = 0; i < 20; i++) { console.log('js', i); execSync('echo child', { stdio: 'inherit' }); }"
        )
        self.assertEqual(executed.stream(), "".join(f"js {i}\nchild\n" for i in range(20)))
        executed = self.run_ok(
            "import { writeSync as written } from 'node:fs';"
            "for (let i = 0; i < 50; i++) { console.log(i); written(1, Buffer.from(' raw\\n'), 1); }"
        )
        self.assertEqual(executed.stream(), "".join(f"{i}\nraw\n" for i in range(50)))
        msg_id = self.kernel.client.execute("spawnSync('sh', ['-c', 'echo live; exec sleep 1000'], { stdio: 'inherit' });")
        self.kernel.wait_for_stream("live", msg_id)
        self.kernel.manager.interrupt_kernel()
        self.assertEqual(self.kernel.finish(msg_id).content["ename"], "KeyboardInterrupt")

    def test_a_burst_of_a_child_arrives_whole(self):
        executed = self.run_ok(
            "import { execSync as sh } from 'node:child_process'; sh('seq 1 300000', { stdio: 'inherit' });", timeout=60
        )
        self.assertEqual(executed.stream(), "".join(f"{i}\n" for i in range(1, 300_001)))

    def test_endless_output_of_a_child_is_stopped_and_keeps_memory_bounded(self):
        start = self.memory()
        executed = self.run_interrupted(
            "import { execSync as endless } from 'node:child_process'; endless('yes', { stdio: 'inherit' });", after=2
        )
        self.assertGreater(len(executed.stream()), 1e6)
        self.assertLess(self.memory() - start, 300e6)

    def test_information_of_native_libraries_goes_to_the_log(self):
        executed = self.run_ok(
            "import { appendFileSync as raw } from 'node:fs';"
            "raw('/dev/fd/2', 'I0000 00:00:1796018753.046982   15044 port.cc:153] information\\nW0000 00:00:1.5 1 a.cc:1] warning\\n');"
        )
        self.assertEqual(executed.stream("stderr"), "W0000 00:00:1.5 1 a.cc:1] warning\n")

    def test_late_output_belongs_to_its_own_cell(self):
        first = self.kernel.client.execute("setTimeout(() => console.log('late'), 400);")
        second = self.kernel.client.execute(
            "console.log('second'); await new Promise((r) => setTimeout(r, 800));"
        )
        executed = self.kernel.finish(second)
        self.assertEqual(executed.stream(), "second\n")
        late = [m for m in self.kernel.others if m["msg_type"] == "stream"]
        self.assertEqual([m["content"]["text"] for m in late], ["late\n"])
        self.assertEqual(late[0]["parent_header"]["msg_id"], first)

    def test_two_cells_that_print_for_long_are_told_apart(self):
        first = self.kernel.client.execute(
            "let ticks = 0; const timer = setInterval(() => "
            "{ console.log('first'); if (++ticks === 40) clearInterval(timer); }, 5);"
        )
        second = self.kernel.client.execute(
            "for (let i = 0; i < 40; i++) "
            "{ console.log('second'); await new Promise((r) => setTimeout(r, 5)); }"
        )
        executed = self.kernel.finish(second)
        self.assertEqual(executed.stream(), "second\n" * 40)
        self.kernel.others += self.kernel.quiet(0.5)
        firsts = [m for m in self.kernel.others if m["parent_header"].get("msg_id") == first]
        text = "".join(m["content"]["text"] for m in firsts if m["msg_type"] == "stream")
        self.assertEqual(text, "first\n" * 40)

    def test_bytes_and_callbacks_of_write_work(self):
        executed = self.run_ok(
            "const bytes = new TextEncoder().encode('ü😀\\n');"
            "for (const byte of bytes) process.stdout.write(Uint8Array.of(byte));"
            "await new Promise<void>((done) => process.stdout.write('x', () => done()));"
            "process.stderr.write('y', 'utf8');"
        )
        self.assertEqual(executed.stream(), "ü😀\nx")
        self.assertEqual(executed.stream("stderr"), "y")

    def test_a_lone_surrogate_can_be_saved(self):
        executed = self.run_ok(r"console.log('a\ud83d' + 'b\\ud83d')")
        self.assertEqual(executed.stream(), "a\ufffdb\\ud83d\n")

    def test_an_endless_print_loop_keeps_memory_bounded(self):
        start = self.memory()
        executed = self.run_interrupted("for (;;) console.log('x'.repeat(2000));", after=4)
        self.assertGreater(len(executed.stream()), 50e6)
        self.assertLess(self.memory() - start, 300e6)

    def memory(self) -> float:
        """The largest resident size so far, in bytes."""
        with open(f"/proc/{self.kernel.pid}/status") as status:
            line = next(line for line in status if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024


class Displays(KernelCase):
    def test_a_display_is_updated_by_its_id(self):
        executed = self.run_ok(
            HOST + "host.display({ 'text/plain': 'a' }, { displayId: 'd', metadata: { m: 1 } });"
            "host.display({ 'text/plain': 'b' }, { displayId: 'd', update: true });"
        )
        self.assertEqual(executed.types, ["execute_input", "display_data", "update_display_data"])
        first, second = executed.messages[1:]
        self.assertEqual(first["content"]["transient"], {"display_id": "d"})
        self.assertEqual(first["content"]["metadata"], {"m": 1})
        self.assertEqual(second["content"]["data"], {"text/plain": "b"})
        self.assertEqual(second["content"]["transient"], {"display_id": "d"})

    def test_clear_output_says_whether_to_wait(self):
        executed = self.run_ok(
            "const h = (globalThis as any)[Symbol.for('Jupyter.host')];"
            "h.clear(); h.clear({ wait: true });"
        )
        clears = [m["content"] for m in executed.messages if m["msg_type"] == "clear_output"]
        self.assertEqual(clears, [{"wait": False}, {"wait": True}])

    def test_console_and_display_clear_the_output(self):
        executed = self.run_ok(
            "import { display } from 'qatlab';"
            "console.log('a'); console.clear(); console.log('b'); display.clear(); display.clear({ wait: true });"
            "console.log('c');",
            timeout=60,
        )
        self.assertEqual(executed.types[1:], ["stream", "clear_output"] * 2 + ["clear_output", "stream"])
        waits = [m["content"]["wait"] for m in executed.messages if m["msg_type"] == "clear_output"]
        self.assertEqual(waits, [False, False, True])

    def test_text_and_displays_keep_their_order(self):
        executed = self.run_ok(
            "const h2 = (globalThis as any)[Symbol.for('Jupyter.host')];"
            "for (let i = 0; i < 5; i++) { console.log(i); h2.display({ 'text/plain': String(i) }); }"
        )
        self.assertEqual(executed.types, ["execute_input"] + ["stream", "display_data"] * 5)

    def test_5000_displays_arrive(self):
        executed = self.run_ok(
            "const h3 = (globalThis as any)[Symbol.for('Jupyter.host')];"
            "for (let i = 0; i < 5000; i++) h3.display({ 'text/plain': String(i) });",
            timeout=60,
        )
        shown = [m["content"]["data"]["text/plain"] for m in executed.messages[1:]]
        self.assertEqual(shown, [str(i) for i in range(5000)])

    def test_final_tasks_run_before_idle_also_after_an_error(self):
        for end, status in [("", "ok"), ("throw new Error('x')", "error")]:
            executed = self.kernel.run(
                "{ const h = (globalThis as any)[Symbol.for('Jupyter.host')];"
                "h.beforeIdle(async () => { await new Promise((r) => setTimeout(r, 50));"
                "  h.display({ 'text/plain': 'final' }); });"
                "h.beforeIdle(() => { throw new Error('a task failed'); });"
                "h.beforeIdle(() => console.log('last')); " + end + " }"
            )
            self.assertEqual(executed.content["status"], status)
            self.assertIn("display_data", executed.types)
            self.assertIn("a task failed", executed.stream("stderr"))
            self.assertEqual(executed.stream(), "last\n")

    def test_any_value_may_show_itself_and_may_fail_to(self):
        shown = self.run_ok(
            "({ [Symbol.for('Jupyter.display')]: async () => ({ 'text/html': '<i>1</i>' }) })"
        )
        self.assertEqual(shown.messages[1]["content"]["data"]["text/html"], "<i>1</i>")
        for value in [
            "({ [Symbol.for('Jupyter.display')]() { throw new Error('no'); } })",
            "({ [Symbol.for('Jupyter.display')]: () => ({ 'text/plain': 1n }) })",
            "({ get trap() { throw new Error('no'); } })",
            "new Proxy({}, { ownKeys() { throw new Error('no'); } })",
        ]:
            with self.subTest(value=value):
                self.assertIsNotNone(self.run_ok(value).result)

    def test_a_bundle_that_is_no_json_is_the_callers_error(self):
        executed = self.run_error(
            "(globalThis as any)[Symbol.for('Jupyter.host')].display({ 'a/b': 1n })"
        )
        self.assertEqual(executed.content["ename"], "TypeError")

    def test_tslabs_display_shows_here(self):
        executed = self.run_ok(
            "import * as tslab from 'tslab';"
            "tslab.display.png(Uint8Array.of(1, 2, 3));"
            "const spot = tslab.newDisplay(); spot.text('a'); spot.text('b');"
        )
        self.assertEqual(
            executed.types,
            ["execute_input", "display_data", "display_data", "update_display_data"],
        )
        self.assertEqual(executed.messages[1]["content"]["data"], {"image/png": "AQID"})

    def test_promises_and_timers_show_as_in_plain_node(self):
        self.run_ok("let secret = 1; const sleep = () => new Promise((r) => setTimeout(r, 1));")
        for code, shown in [
            ("sleep()", "Promise { <pending> }"),
            ("[Promise.resolve(secret)]", "[ Promise { 1 } ]"),
            ("(async () => { throw 2; })().finally(() => {}).catch(() => secret)", "Promise { <pending> }"),
        ]:
            with self.subTest(code=code):
                self.assertEqual(self.run_ok(code).result, shown)
        printed = self.run_ok("const p = sleep(); console.log(p); console.error({ p }); p.then(() => {})")
        self.assertEqual(printed.stream(), "Promise { <pending> }\n")
        self.assertEqual(printed.stream("stderr"), "{ p: Promise { <pending> } }\n")
        for code in ["setTimeout(() => {}, 1)", "setImmediate(() => {})", "import net from 'net'; net.createServer()"]:
            with self.subTest(code=code):
                result = self.run_ok(code).result
                self.assertNotIn("secret", result)
                self.assertNotIn("CellRun", result)

    def test_a_value_with_nothing_to_show_shows_nothing(self):
        executed = self.run_ok("({ [Symbol.for('Jupyter.display')]: () => ({}) })")
        self.assertEqual(executed.types, ["execute_input"])


class FirstImport(unittest.TestCase):
    def test_what_the_library_says_while_it_loads_stands_under_the_importing_cell(self):
        with mock.patch.dict(os.environ, QATLAB_BACKEND="cpu"):
            kernel = Kernel()
        try:
            msg_id = kernel.client.execute('import * as q from "qatlab"; q.environment().backend')
            executed = kernel.finish(msg_id)
            self.assertEqual(executed.result, "'cpu'")
            self.assertIn("native TensorFlow isn't used", executed.stream("stderr"))
        finally:
            kernel.stop()


class Faults(KernelCase):
    def test_errors_outside_the_cells_flow_are_shown_and_survived(self):
        for code, expected in [
            ("setTimeout(() => { throw new Error('in a timer'); }, 10);", "in a timer"),
            ("void Promise.reject(new Error('unheard'));", "unheard"),
            ("setTimeout(() => Promise.reject('text'), 10);", "text"),
            ("process.nextTick(() => { throw new Error('tick'); });", "tick"),
        ]:
            with self.subTest(code=code):
                msg_id = self.kernel.client.execute(code)
                self.kernel.wait_for_stream(expected, msg_id)
        self.assertEqual(self.run_ok("1 + 1").result, "2")

    def test_process_exit_ends_the_cell_and_not_the_kernel(self):
        self.run_ok("let kept = 1;")
        executed = self.run_error("process.exit(3)")
        self.assertEqual(executed.content["ename"], "SystemExit")
        self.assertEqual(self.run_ok("kept").result, "1")

    def test_thrown_values_that_are_no_errors_have_a_message(self):
        for value in ["'text'", "undefined", "null", "Object.freeze({ a: 1 })", "Symbol('s')", "42n"]:
            with self.subTest(value=value):
                content = self.run_error(f"throw {value}").content
                self.assertIsInstance(content["ename"], str)
                self.assertIsInstance(content["evalue"], str)

    def test_a_stack_overflow_is_an_error(self):
        executed = self.run_error("function deep(): number { return deep() + 1; } deep()")
        self.assertEqual(executed.content["ename"], "RangeError")
        self.assertEqual(self.run_ok("1").result, "1")
