"""An interrupt stops any cell and keeps the kernel's state."""

import os
import random
import signal
import time

from harness import KernelCase

LOOPS = {
    "a busy loop": "while (true) {}",
    "a busy loop after an await": "await 0; while (true) {}",
    "a wait": "await new Promise((done) => setTimeout(done, 100_000));",
    "a promise that nobody settles": "await new Promise(() => {});",
    "an endless chain of awaits": "for (;;) await 0;",
    "a sleeping loop": "for (;;) { await new Promise((done) => setTimeout(done, 5)); console.log('tick'); }",
    "a loop that is busy between sleeps": "for (;;) { await new Promise((done) => setTimeout(done, 1));"
    " for (const end = Date.now() + 3; Date.now() < end; ); }",
    "a busy timer": "setInterval(() => { for (const end = Date.now() + 30; Date.now() < end; ); }, 31);"
    " await new Promise(() => {});",
    "an endless chain of ticks": "process.nextTick(function again() { process.nextTick(again); });"
    " await new Promise(() => {});",
    "a sleep of node:timers/promises": "import { setTimeout as sleep } from 'node:timers/promises';"
    " await sleep(100_000);",
    "a loop over an interval": "import { setInterval as ticks } from 'node:timers/promises';"
    " for await (const _ of ticks(3)) console.log('tick');",
    "reading files for ever": "import { readFile } from 'node:fs/promises';"
    " for (;;) await readFile('/etc/hostname');",
    "printing for ever": "for (;;) console.log('x'.repeat(500));",
    "recursion for ever": "function deep(): void { try { deep(); } catch { deep(); } } deep();",
    "a regular expression that explodes": "/^(a+)+$/.test('a'.repeat(60) + 'b');",
}


class Interrupts(KernelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kernel.run("let state = 1; const object = { n: 1 };")

    def check_state(self):
        before = int(self.run_ok("state").result)
        self.run_ok("state += 1; object.n = state;")
        self.assertEqual(self.run_ok("[state, object.n]").result, f"[ {before + 1}, {before + 1} ]")

    def test_each_kind_of_loop_stops_and_state_is_kept(self):
        for name, code in LOOPS.items():
            for _ in range(3):
                with self.subTest(loop=name):
                    executed = self.run_interrupted(code, after=random.uniform(0, 0.1))
                    self.assertEqual(executed.types.count("error"), 1)
                    self.check_state()

    def test_an_interrupted_loop_says_nothing_more(self):
        self.run_interrupted(
            "async function loop() { for (;;) {"
            " await new Promise((done) => setTimeout(done, 5)); console.log('zombie'); } }"
            " await Promise.all([loop(), loop()]);"
        )
        self.assertEqual([m for m in self.kernel.quiet(0.5) if m["msg_type"] == "stream"], [])

    def test_a_loop_in_a_library_ends_where_it_sleeps(self):
        # A function made by the engine is not the cell's own code: it isn't checked at its awaits.
        self.run_interrupted(
            "const library = new Function('say', `return (async () => { for (;;) {"
            " await new Promise((done) => setTimeout(done, 5)); say('zombie'); } })()`);"
            " await library((text: string) => console.log(text));"
        )
        self.assertEqual([m for m in self.kernel.quiet(0.5) if m["msg_type"] == "stream"], [])

    def test_an_interrupted_cell_cleans_up(self):
        sleep = "const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));"
        never = "await new Promise(() => {});"
        cells = {
            "finally": "try { for (;;) await sleep(5); } finally { console.log('clean'); }",
            "a finally that sleeps": "try { for (;;) await sleep(5); } finally { await sleep(20); console.log('clean'); }",
            "finally of a called function": "async function work() { try { for (;;) await sleep(5); }"
            " finally { await sleep(20); console.log('clean'); } } await work();",
            "the method finally": "await (async () => { for (;;) await sleep(5); })()"
            ".finally(() => console.log('clean'));",
            "catch": "try { for (;;) await sleep(5); } catch (error) { console.log(error instanceof Error && 'clean'); }",
            "await using": "await using it = { async [Symbol.asyncDispose]() { await sleep(20); console.log('clean'); } };"
            + never,
            "using": "using it = { [Symbol.dispose]: () => console.log('clean') };" + never,
            "a sleep of node:timers/promises": "const { setTimeout: nap } = await import('node:timers/promises');"
            " try { await nap(100_000); } finally { await nap(20); console.log('clean'); }",
            "a function of a library": "const library = { wait: new Function('return new Promise(() => {})') };"
            " try { await library.wait(); } finally { console.log('clean'); }",
            "the sibling of a failed promise": "const both = [5, 6].map(async (ms) => { try { for (;;) await sleep(ms); }"
            " finally { await sleep(ms); if (ms === 6) console.log('clean'); } }); await Promise.all(both);",
        }
        for name, code in cells.items():
            with self.subTest(cell=name):
                executed = self.run_interrupted(f"{{ {sleep} {code} }}")
                self.assertEqual(executed.stream(), "go\nclean\n")
                self.assertEqual(executed.types.count("error"), 1)
                self.check_state()

    def test_what_the_interrupted_cell_has_opened_ends(self):
        opened = {
            "a server": "const it = createServer().listen(0, '127.0.0.1');",
            "a server of http": "const it = http.createServer().listen(0, '127.0.0.1');",
            "a UDP socket": "const it = dgram.createSocket('udp4').bind(0, '127.0.0.1');",
            "a watcher": "const it = fs.watch('.');",
            "a stream": "const it = fs.createReadStream('/dev/zero').on('data', () => {});",
            "a worker": "const it = new Worker('setInterval(() => {}, 1000)', { eval: true });",
        }
        self.run_ok(
            "import { createServer } from 'node:net'; import http from 'node:http'; import dgram from 'node:dgram';"
            "import fs from 'node:fs'; import { Worker } from 'node:worker_threads';"
            "const ended: string[] = [];"
        )
        for name, code in opened.items():
            with self.subTest(opened=name):
                event = "exit" if "worker" in name else "close"
                watched = f"{code} it.on('{event}' as any, () => {{ ended.push('{name}'); }});"
                self.run_ok(f"{{ {watched} setTimeout(() => {{ }}, 1); globalThis.kept = it; }}"
                            .replace("globalThis.kept", "(globalThis as any).kept"))
                self.run_interrupted("await new Promise(() => {});")
                self.assertEqual(self.run_ok("ended.length").result, "0")
                self.run_ok("{ const k = (globalThis as any).kept; (k.terminate ?? k.destroy ?? k.close).call(k); }")
                self.run_ok(f"while (!ended.includes('{name}')) await new Promise((r) => setTimeout(r, 5)); ended.length = 0;")
                self.run_interrupted(f"{{ {watched} await new Promise(() => {{}}); }}")
                self.run_ok(f"while (!ended.includes('{name}')) await new Promise((r) => setTimeout(r, 5)); ended.length = 0;")

    def test_the_time_to_clean_up_is_bounded(self):
        sleep = "const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));"
        cells = {
            "a clean-up that sleeps long": "try { await sleep(1e6); } finally { await sleep(1e6); console.log('late'); }",
            "a clean-up without end": "try { await sleep(1e6); } finally { while (true) {} }",
            "a loop that catches all": "for (;;) { try { await sleep(5); } catch {} }",
            "a loop that catches all and reads": "const { readFile } = await import('node:fs/promises');"
            " for (;;) { try { await readFile('/dev/null'); } catch {} }",
        }
        for name, code in cells.items():
            with self.subTest(cell=name):
                executed = self.run_interrupted(f"{{ {sleep} {code} }}")
                self.assertEqual(executed.stream(), "go\n")
                self.check_state()
        msg_id = self.kernel.client.execute(
            f"{{ {sleep} try {{ console.log('go'); await sleep(1e6); }}"
            " finally { console.log('cleaning'); await sleep(300); console.log('late'); } }"
        )
        self.kernel.wait_for_stream("go", msg_id)
        self.kernel.manager.interrupt_kernel()
        self.kernel.wait_for_stream("cleaning", msg_id)
        self.kernel.manager.interrupt_kernel()
        self.assertEqual(self.kernel.finish(msg_id).stream(), "go\ncleaning\n")
        self.check_state()

    def test_timers_of_other_cells_go_on(self):
        self.run_ok("let beats = 0; const beating = setInterval(() => { beats++; }, 10);")
        self.run_interrupted("while (true) {}")
        before = int(self.run_ok("beats").result)
        time.sleep(0.3)
        self.assertGreater(int(self.run_ok("clearInterval(beating); beats").result), before)

    def test_the_signal_is_aborted_and_final_tasks_run(self):
        executed = self.run_interrupted(
            "{ const h = (globalThis as any)[Symbol.for('Jupyter.host')];"
            "h.beforeIdle(async () => { await new Promise((r) => setTimeout(r, 20)); console.log('task'); });"
            "h.signal.addEventListener('abort', () => console.log('aborted'));"
            "await new Promise(() => {}); }"
        )
        self.assertEqual(executed.stream(), "go\naborted\ntask\n")

    def test_a_second_interrupt_ends_a_final_task_that_hangs(self):
        msg_id = self.kernel.client.execute(
            "console.log('go'); { const h = (globalThis as any)[Symbol.for('Jupyter.host')];"
            "h.beforeIdle(() => { console.log('hangs'); while (true) {} });"
            "h.beforeIdle(() => console.log('the next task'));"
            "while (true) {} }"
        )
        for sign in ["go", "hangs"]:
            self.kernel.wait_for_stream(sign, msg_id)
            self.kernel.manager.interrupt_kernel()
        executed = self.kernel.finish(msg_id)
        self.assertEqual(executed.content["ename"], "KeyboardInterrupt")
        self.assertEqual(executed.stream(), "go\nhangs\nthe next task\n")
        self.check_state()

    def test_a_storm_of_interrupts_stops_one_cell(self):
        for code in ["while (true) {}", "await 0; while (true) {}", "for (;;) await 0;"]:
            msg_id = self.kernel.client.execute("console.log('go');" + code)
            self.kernel.wait_for_stream("go", msg_id)
            for _ in range(50):
                self.kernel.manager.interrupt_kernel()
                time.sleep(random.uniform(0, 0.004))
            executed = self.kernel.finish(msg_id)
            self.assertEqual(executed.content["ename"], "KeyboardInterrupt")
            self.check_state()

    def test_an_interrupt_of_an_idle_kernel_does_nothing(self):
        for _ in range(20):
            self.kernel.manager.interrupt_kernel()
        time.sleep(0.3)
        self.check_state()

    def test_what_was_printed_before_the_interrupt_arrives(self):
        executed = self.run_interrupted("for (let i = 0; i < 1000; i++) console.log(i); while (true) {}")
        self.assertEqual(executed.stream(), "go\n" + "".join(f"{i}\n" for i in range(1000)))

    def test_what_is_queued_behind_the_interrupted_cell_is_aborted(self):
        codes = ["console.log('go'); while (true) {}", "1", "2"]
        sent = [self.kernel.client.execute(code) for code in codes]
        self.kernel.wait_for_stream("go", sent[0])
        self.kernel.manager.interrupt_kernel()
        statuses = [self.kernel.reply(msg_id)["content"]["status"] for msg_id in sent]
        self.assertEqual(statuses, ["error", "aborted", "aborted"])

    def test_an_interrupt_as_a_cell_ends_stops_the_queue(self):
        # What a cell prints last arrives together with its end.
        for turn in range(25):
            code = f"console.log('turn {turn}, cell %s;'); await new Promise((r) => setTimeout(r, 2));"
            sent = [self.kernel.client.execute(code % i) for i in range(20)]
            self.kernel.wait_for_stream(f"turn {turn}, cell 3;", sent[3])
            self.kernel.manager.interrupt_kernel()
            statuses = [self.kernel.finish(msg_id).content["status"] for msg_id in sent]
            self.assertEqual(statuses.count("error"), 1, statuses)
            self.assertEqual(set(statuses[statuses.index("error") + 1 :]) - {"aborted"}, set())
            self.check_state()

    def test_variables_set_before_the_interrupt_are_kept(self):
        self.run_interrupted("const before = 'kept'; let count = 0; while (true) count++;")
        self.assertEqual(self.run_ok("before").result, "'kept'")

    def test_sigint_does_the_same(self):
        codes = ["await new Promise(() => {});"]
        # Node 24 hides the watcher by which another thread than the busy one sees a signal.
        if int(self.run_ok("process.versions.node.split('.')[0]").result.strip("'")) < 24:
            codes += ["while (true) {}", "await 0; while (true) {}"]
        for code in codes:
            msg_id = self.kernel.client.execute("console.log('go'); " + code)
            self.kernel.wait_for_stream("go", msg_id)
            os.kill(self.kernel.pid, signal.SIGINT)
            executed = self.kernel.finish(msg_id, timeout=10)
            self.assertEqual(executed.content["ename"], "KeyboardInterrupt")
            self.check_state()
        os.kill(self.kernel.pid, signal.SIGINT)
        time.sleep(0.2)
        self.check_state()
