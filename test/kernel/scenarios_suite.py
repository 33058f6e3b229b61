"""Each way in which a cell can be busy is stopped, with its state kept and the next cell running.

Two times each; 100 times with QATLAB_WHOLE=1, which also prints how long the stops took.
"""

import tempfile
import time
from pathlib import Path

from harness import KernelCase, repeat


class Scenarios(KernelCase):
    runs = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        module = Path(folder.name) / "spin.ts"
        module.write_text("export function spin(): never { for (let i = 0; ; i++) Math.sqrt(i); }")
        cls.kernel.run(
            "import * as q from 'qatlab'; import { execSync } from 'node:child_process';"
            f"import {{ spin }} from '{module.with_suffix('')}';"
            "const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));"
            "let runs = 0; const kept = { runs: 0 };"
            "const { train } = await q.datasets.digits(); const small = train.take(64);"
            "const model = q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 7 });"
            "const dense = q.tf.sequential({ layers: [q.tf.layers.dense({ inputShape: [4], units: 2 })] });"
            "dense.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });"
            "const xs = q.tf.ones([32, 4]), ys = q.tf.ones([32, 2]);",
            timeout=120,
        )

    def stop(self, name, code, interrupts=1, cleaning=None):
        for turn in range(repeat(2)):
            with self.subTest(turn=turn):
                type(self).runs += 1
                msg_id = self.kernel.client.execute(f"runs++; kept.runs++; console.log('go'); {code}")
                self.kernel.wait_for_stream("go", msg_id)
                time.sleep(0.05)
                start = time.monotonic()
                for _ in range(interrupts):
                    self.kernel.manager.interrupt_kernel()
                if cleaning is not None:
                    self.kernel.wait_for_stream(cleaning, msg_id)
                    self.kernel.manager.interrupt_kernel()
                executed = self.kernel.finish(msg_id)
                repeat.report(name, time.monotonic() - start)
                self.assertEqual(executed.content["ename"], "KeyboardInterrupt", executed.content)
                self.assertEqual(executed.types.count("error"), 1)
                result = self.run_ok("[runs, kept.runs]").result
                self.assertEqual(result, f"[ {self.runs}, {self.runs} ]")

    def test_a_synchronous_loop(self):
        self.stop("a synchronous loop", "for (let i = 0; ; i++) kept.runs += 0;")

    def test_an_async_loop_with_sleeps(self):
        self.stop("an async loop with sleeps", "for (;;) await sleep(5);")

    def test_a_synchronous_loop_after_an_await(self):
        self.stop("await 0; while (true) {}", "await 0; while (true) {}")

    def test_a_promise_that_never_settles(self):
        self.stop("a promise that never settles", "await new Promise(() => {});")

    def test_fit_of_the_library(self):
        self.stop("q.fit", "await q.fit(model, small, { epochs: 1_000_000 });")

    def test_fit_of_tensorflow_js(self):
        self.stop("model.fit", "await dense.fit(xs, ys, { epochs: 1_000_000, verbose: 0 });")

    def test_a_cell_that_waits_for_input(self):
        self.stop("input", "await input('Name: ');")

    def test_a_prompt_that_blocks(self):
        self.stop("prompt", "prompt('Name: ');")

    def test_a_child(self):
        self.stop("execSync", "execSync('sleep 1000');")

    def test_a_loop_in_a_local_module(self):
        self.stop("a loop in a local module", "spin();")

    def test_a_regular_expression_that_explodes(self):
        self.stop("a regular expression", "/^(a+)+$/.test('a'.repeat(60) + 'b');")

    def test_a_second_interrupt_within_the_first(self):
        self.stop("two interrupts of a loop", "while (true) {}", interrupts=2)
        code = "try { await sleep(1e6); } finally { console.log('cleaning'); await sleep(1e6); }"
        self.stop("two interrupts of a sleep", code, cleaning="cleaning")
