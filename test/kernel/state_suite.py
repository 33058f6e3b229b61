"""A cell's variables are what its code has made of them, also when an interrupt has stopped it."""

import os
import random

from harness import KernelCase

PIN = "const pin = { n: 0 };"

# Cells that set up, the cell that is stopped, and an expression that is true of the state after it.
STOPPED = {
    "a variable of the same cell": ([], f"{PIN} let total = 0; while (true) {{ total++; pin.n++; }}", "total - pin.n"),
    "a variable of an earlier cell": ([PIN, "let total = 0;"], "while (true) { total++; pin.n++; }", "total - pin.n"),
    "a loop in a function that the cell calls": (
        [],
        f"{PIN} let total = 7; const spin = () => {{ while (true) pin.n++; }}; (total = 8, spin());",
        "total - 8",
    ),
    "a variable that a closure has captured": (
        [],
        f"{PIN} let total = 0; const see = () => total; while (true) {{ total++; pin.n++; }}",
        "see() - pin.n + total - pin.n",
    ),
    "a name that an inner block has too": (
        [PIN, "let total = 5;"],
        "total = 6; { let total = 100; while (true) { total++; pin.n++; } }",
        "total - 6",
    ),
    "a text": (
        [PIN],
        "let text = ''; while (true) { text = `n${pin.n}`; pin.n++; }",
        "Number(text.slice(1)) - pin.n + 1",
    ),
    "a loop after an await": ([PIN, "let total = 0;"], "await 0; while (true) { total++; pin.n++; }", "total - pin.n"),
    "a variable of a pattern": (
        [PIN],
        "let { a, rest: [b] } = { a: 0, rest: [0] }; while (true) { a++; b++; pin.n++; }",
        "a - pin.n + b - a",
    ),
    "a var": ([PIN], "var total = 0; while (true) { total++; pin.n++; }", "total - pin.n"),
    "a for-of over a generator": (
        [PIN, "let total = 0; function* ones() { for (;;) yield 1; }"],
        "for (const one of ones()) { total += one; pin.n++; }",
        "total - pin.n",
    ),
    "a loop that calls back": (
        [PIN, "let rounds = 0; const list = Array.from({ length: 50 }, (_, i) => i);"],
        "while (true) { rounds++; list.forEach(() => { pin.n++; }); }",
        "Math.max(rounds * 50 - pin.n - 50, 0)",
    ),
    "a loop that sorts": (
        [PIN, "let rounds = 0; const list = Array.from({ length: 50 }, (_, i) => -i);"],
        "while (true) { rounds++; pin.n++; [...list].sort((a, b) => a - b); }",
        "rounds - pin.n",
    ),
    "a regular expression that explodes": (
        [PIN, "let rounds = 0;"],
        "while (true) { rounds++; pin.n++; /^(a+)+$/.test('a'.repeat(60) + 'b'); }",
        "rounds - pin.n",
    ),
    "a condition with side effects": (
        [PIN, "let total = 0;"],
        "do { pin.n++; } while (++total > 0)",
        "total - pin.n",
    ),
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
