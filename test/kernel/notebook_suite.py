"""Whole notebooks through nbclient, as JupyterLab's and nbconvert's users run them."""

import tempfile
import unittest

import nbclient
import nbformat
from nbformat.v4 import new_code_cell, new_notebook


def execute(cells, **options):
    notebook = new_notebook(cells=cells)
    client = nbclient.NotebookClient(notebook, kernel_name="qatlab-test", timeout=60, **options)
    client.execute()
    nbformat.validate(notebook)
    return notebook.cells


class Notebooks(unittest.TestCase):
    def test_no_result_of_100_cells_is_missing(self):
        cells = execute([new_code_cell(f"console.log({i}); {i} * 2") for i in range(100)])
        for i, cell in enumerate(cells):
            self.assertEqual([o.output_type for o in cell.outputs], ["stream", "execute_result"])
            self.assertEqual(cell.outputs[0].text, f"{i}\n")
            self.assertEqual(cell.outputs[1].data["text/plain"], str(i * 2))
            self.assertEqual(cell.execution_count, i + 1)

    def test_a_notebook_goes_on_after_a_cell_that_may_raise(self):
        failing = new_code_cell("throw new Error('expected')", metadata={"tags": ["raises-exception"]})
        cells = execute([failing, new_code_cell("'after'")])
        self.assertEqual(cells[0].outputs[0].output_type, "error")
        self.assertEqual(cells[1].outputs[0].data["text/plain"], "'after'")

    def test_an_error_fails_the_notebook_with_its_traceback(self):
        with self.assertRaisesRegex(nbclient.exceptions.CellExecutionError, "const broken = null"):
            execute([new_code_cell("const broken = null as any;\nbroken.x")])

    def test_allow_errors_runs_everything(self):
        cells = execute(
            [new_code_cell("throw 1"), new_code_cell("throw 2"), new_code_cell("3")],
            allow_errors=True,
        )
        self.assertEqual([c.outputs[0].output_type for c in cells], ["error", "error", "execute_result"])

    def test_a_cell_that_takes_too_long_is_interrupted_and_the_kernel_goes_on(self):
        notebook = new_notebook(cells=[new_code_cell("await 0; while (true) {}"), new_code_cell("1 + 1")])
        client = nbclient.NotebookClient(
            notebook, kernel_name="qatlab-test", timeout=3, interrupt_on_timeout=True, allow_errors=True
        )
        client.execute()
        self.assertEqual(notebook.cells[0].outputs[0].ename, "KeyboardInterrupt")
        self.assertEqual(notebook.cells[1].outputs[0].data["text/plain"], "2")

    def test_a_notebook_written_for_tslab_runs_in_an_empty_folder(self):
        sources = [
            "interface Named { name(): string }\nclass Person implements Named {\n"
            "  constructor(private who: string) {}\n  name() { return this.who; }\n}",
            "function greet(n: Named) { console.log(`Hello, ${n.name()}!`) }\ngreet(new Person('tslab'));",
            "let sleep = ms => new Promise(resolve => setTimeout(resolve, ms));\n"
            "const start = Date.now();\nawait sleep(20);\nDate.now() - start >= 19",
            "sleep(500);",
            'import fs from "fs";\nimport * as tslab from "tslab";\nimport { display } from "tslab";',
            "tslab.display.html('<b>Type</b>'); display.svg('<svg/>')",
            "const start = fs.readdirSync('.'); const rows = [];\nfor (const f of start) rows.push(f);\nrows",
            "let x: number = 'tslab';",
            "let x = null;\nconsole.log(x?.y ?? 'none')",
        ]
        with tempfile.TemporaryDirectory() as folder:
            cells = execute(
                [new_code_cell(source) for source in sources],
                allow_errors=True,
                resources={"metadata": {"path": folder}},
            )
        shown = [
            output.get("text") or output.get("ename") or dict(output.data)
            for cell in cells
            for output in cell.outputs
        ]
        self.assertEqual(
            shown,
            [
                "Hello, tslab!\n",
                {"text/plain": "true"},
                {"text/plain": "Promise { <pending> }"},
                {"text/html": "<b>Type</b>"},
                {"image/svg+xml": "<svg/>"},
                {"text/plain": "[]"},
                "TypeError",
                "none\n",
            ],
        )

    def test_displays_are_updated_and_cleared_in_the_file(self):
        host = "const host = (globalThis as any)[Symbol.for('Jupyter.host')];"
        cells = execute(
            [
                new_code_cell(host + "host.display({ 'text/plain': 'old' }, { displayId: 'd' });"),
                new_code_cell("host.display({ 'text/plain': 'new' }, { displayId: 'd', update: true });"),
                new_code_cell("console.log('gone'); host.clear({ wait: true }); console.log('stays');"),
            ]
        )
        self.assertEqual(cells[0].outputs[0].data["text/plain"], "new")
        self.assertEqual(cells[2].outputs[0].text, "stays\n")
