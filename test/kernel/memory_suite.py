"""What happens when the memory runs out."""

import os
from unittest import mock

from harness import Kernel, KernelCase


class Heap(KernelCase):
    """A kernel whose values may take one gigabyte."""

    @classmethod
    def setUpClass(cls):
        with mock.patch.dict(os.environ, NODE_OPTIONS="--max-old-space-size=1024"):
            cls.kernel = Kernel()

    def test_a_cell_that_fills_the_heap_is_stopped_and_told_what_to_do(self):
        self.run_ok("const rows: number[][] = [];")
        executed = self.run_error("while (true) rows.push(new Array(1e5).fill(0));")
        self.assertEqual(executed.content["ename"], "OutOfMemory")
        self.assertRegex(
            executed.content["evalue"],
            r"^JavaScript's values take [\d.]+ [MG]B of the 1.0 GB that they may, so the cell was stopped before",
        )
        self.assertEqual(executed.types, ["execute_input", "error"])
        self.assertGreater(int(self.run_ok("rows.length").result), 500)
        self.run_ok("rows.length = 0")
        self.assertEqual(self.run_ok("const sum: number = 1 + 1; sum").result, "2")

    def test_garbage_does_not_count(self):
        executed = self.run_ok(
            "let made = 0;"
            "for (let i = 0; i < 30; i++) { const row = []; for (let j = 0; j < 1e6; j++) row.push({ j }); made += row.length; }"
            "made"
        )
        self.assertEqual(executed.result, "30000000")
