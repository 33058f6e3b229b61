"""What cells replace or remove doesn't reach the kernel's own work."""

from harness import KernelCase

LATE = "setTimeout(() => { throw new RangeError('late'); }, 1); void 0;"


class Patched(KernelCase):
    """One patch after the other in one kernel, which afterwards has all of them."""

    def check(self, patch) -> None:
        self.run_ok(patch)
        self.assertEqual(self.run_ok("({ a: [1, 2] })").result, "{ a: [ 1, 2 ] }")
        self.assertEqual(self.run_ok("process.stdout.write('hi')").stream(), "hi")
        error = self.run_error("throw new TypeError('yours')").content
        self.assertEqual((error["ename"], error["evalue"]), ("TypeError", "yours"))
        self.run_interrupted("while (true);")

    def test_console(self):
        self.check("(globalThis as any).console = { log: (text: string) => process.stdout.write(`${text}\\n`) };")

    def test_json(self):
        self.check("JSON.stringify = JSON.parse = () => { throw new Error('mine') };")

    def test_promise(self):
        self.check("(globalThis as any).Promise = class { static resolve() {} };")

    def test_timers(self):
        self.check(
            "(globalThis as any).setTimeout = (globalThis as any).setImmediate = (globalThis as any).queueMicrotask"
            " = () => { throw new Error('mine') };"
        )

    def test_arrays(self):
        self.run_ok("const { push } = Array.prototype; Array.prototype.push = () => { throw new Error('mine') };")
        error = self.run_error("throw new TypeError('yours')").content
        self.assertEqual(error["traceback"], ["TypeError: yours"])
        self.run_ok("Array.prototype.push = push;")
        self.check("1")

    def test_stacks(self):
        self.check("Error.prepareStackTrace = () => { throw 1 };")


class Listeners(KernelCase):
    def late(self) -> str:
        msg_id = self.kernel.client.execute(LATE)
        self.kernel.wait_for_stream("late", msg_id)
        return self.kernel.finish(msg_id).content["status"]

    def test_a_late_error_ends_nothing_when_all_listeners_were_removed(self):
        for removal in [
            "process.removeAllListeners();",
            "process.removeAllListeners('uncaughtException');",
            "for (const event of ['uncaughtException', 'SIGINT'])"
            " for (const listener of process.listeners(event as any)) process.off(event, listener as any);",
        ]:
            with self.subTest(removal=removal):
                self.run_ok(removal)
                self.assertEqual(self.late(), "ok")
                self.assertEqual(self.run_ok("6 * 7").result, "42")

    def test_a_cells_own_listeners_are_removed_as_ever(self):
        self.run_ok("process.on('warning', () => {}); process.once('exit', () => {});")
        self.run_ok("process.removeAllListeners('warning'); process.removeAllListeners();")
        self.assertEqual(self.run_ok("[process.listenerCount('warning'), process.listenerCount('exit')]").result, "[ 0, 0 ]")


class Broken(KernelCase):
    def test_a_cell_after_which_the_kernel_cannot_go_on_says_so(self):
        replaced = "Map.prototype.get = Object.keys = Object.entries = () => { throw new Error('mine') };"
        self.kernel.run(replaced)
        error = self.run_error("({ a: 1 })").content
        self.assertEqual(error["ename"], "KernelError")
        self.assertIn("such as Object.keys (Error: mine): restart the kernel", error["evalue"])
