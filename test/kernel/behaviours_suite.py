"""What the kernel does wherever it runs: the same table holds for the kernel in a browser's tab."""

import json
import re
from pathlib import Path

from harness import KernelCase

BEHAVIOURS = json.loads(Path(__file__).with_name("behaviours.json").read_text())


class Behaviours(KernelCase):
    def test_every_behaviour_of_the_table(self):
        for behaviour in BEHAVIOURS:
            with self.subTest(behaviour["title"]):
                for cell in behaviour["cells"]:
                    self.hold(cell, self.run_cell(cell))

    def run_cell(self, cell):
        client = self.kernel.client
        msg_id = client.execute(cell["code"], allow_stdin=True)
        if "answer" in cell:
            client.get_stdin_msg(timeout=30)
            client.input(cell["answer"])
        return self.kernel.finish(msg_id)

    def hold(self, cell, executed):
        code = cell["code"]
        content = executed.content
        if "error" in cell:
            self.assertEqual(content.get("ename"), cell["error"], code)
            text = re.sub(r"\x1b\[\d+m", "", "\n".join(content["traceback"]))
            for part in cell.get("says", []):
                self.assertIn(part, text, code)
        else:
            self.assertEqual(content["status"], "ok", content.get("evalue"))
        if "result" in cell:
            self.assertEqual(executed.result, cell["result"], code)
        if cell.get("silent"):
            self.assertEqual(executed.messages[1:], [], code)
        for name in ("stdout", "stderr"):
            if name in cell:
                self.assertIn(cell[name], executed.stream(name), code)
        if "displays" in cell:
            self.assertEqual(displays(executed.messages), cell["displays"], code)


def displays(messages):
    return [
        f"{message['msg_type']} {mime} {text}"
        for message in messages
        if message["msg_type"].endswith("display_data")
        for mime, text in message["content"]["data"].items()
    ]
