"""A cell's variables are what its code has made of them, also when an interrupt has stopped it."""

import json
import os
import random
from pathlib import Path

from harness import KernelCase

# Cells that set up, the cell that is stopped, and an expression that is near 0 in the state after it. The kernel in a browser's tab
# is held to the same table.
STOPPED = {
    name: (case["before"], case["stopped"], case["difference"])
    for name, case in json.loads(Path(__file__).with_name("stopped.json").read_text()).items()
}

ROUNDS = 20 if os.environ.get("QATLAB_WHOLE") else 2


class StoppedState(KernelCase):
    def test_every_variable_has_its_value_of_the_moment(self):
        for name, (before, stopped, difference) in STOPPED.items():
            for _ in range(ROUNDS):
                with self.subTest(name):
                    for code in before:
                        self.run_ok(code)
                    self.run_interrupted(stopped, after=random.uniform(0, 0.1))
                    # A statement stands between the two counters: the stop may fall there.
                    self.assertIn(self.run_ok(difference).result, ["0", "1", "-1"])
                    self.assertEqual(self.run_ok("pin.n > 0").result, "true")

    def test_a_variable_whose_declaration_has_not_run_stays_unknown(self):
        self.run_interrupted("while (true) {} let later = 1;")
        self.assertIn("later is not initialised", self.run_error("later").content["evalue"])

    def test_later_cells_go_on_from_the_values(self):
        self.run_ok("let steps = 0;")
        for _ in range(3):
            before = int(self.run_ok("steps").result)
            self.run_interrupted("while (true) steps++;")
            self.assertGreater(int(self.run_ok("steps += 1").result), before + 1)
