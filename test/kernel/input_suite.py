"""Cells that ask the reader: `input`, `prompt`, `confirm`, `alert` and `node:readline`."""

from harness import TIMEOUT, KernelCase


class Input(KernelCase):
    def question(self, msg_id) -> dict:
        """The next question of a request; older ones that nobody answered are left out."""
        while True:
            request = self.kernel.client.get_stdin_msg(timeout=TIMEOUT)
            if request["parent_header"]["msg_id"] == msg_id:
                return request

    def answer(self, code, *answers, **options):
        """Runs a cell that asks once for each answer; what came of it, and the questions."""
        client = self.kernel.client
        msg_id = client.execute(code, allow_stdin=True, **options)
        questions = []
        for answer in answers:
            request = self.question(msg_id)
            self.assertEqual(request["msg_type"], "input_request")
            questions.append(request["content"])
            client.input(answer)
        return self.kernel.finish(msg_id), questions

    def test_input_asks_and_gives_the_line(self):
        executed, asked = self.answer("const name: string = await input('Your name: '); name", "Ada")
        self.assertEqual(asked, [{"prompt": "Your name: ", "password": False}])
        self.assertEqual(executed.result, "'Ada'")

    def test_a_password_is_hidden(self):
        executed, asked = self.answer("(await input('Token: ', { password: true })).length", "secret")
        self.assertEqual(asked, [{"prompt": "Token: ", "password": True}])
        self.assertEqual(executed.result, "6")

    def test_questions_come_one_after_the_other(self):
        executed, asked = self.answer("await Promise.all([input('a'), input('b'), input('c')])", "1", "2", "3")
        self.assertEqual([question["prompt"] for question in asked], ["a", "b", "c"])
        self.assertEqual(executed.result, "[ '1', '2', '3' ]")

    def test_prompt_confirm_and_alert_wait_in_synchronous_code(self):
        code = """function ask() {
  alert('Ready');
  return [prompt('Name'), prompt('Bits', '8'), prompt('Empty'), confirm('Sure?'), confirm('Really?')];
}
ask()"""
        executed, asked = self.answer(code, "", "Ada", "", "", "y", "no")
        self.assertEqual(executed.result, "[ 'Ada', '8', null, true, false ]")
        self.assertEqual(
            [question["prompt"] for question in asked],
            ["Ready [Enter] ", "Name ", "Bits [8] ", "Empty ", "Sure? [y/N] ", "Really? [y/N] "],
        )

    def test_readline_asks_in_the_notebook(self):
        code = """import * as readline from "node:readline/promises";
import { stdin, stdout } from "node:process";
const rl = readline.createInterface({ input: stdin, output: stdout });
const first = await rl.question("First? ");
const second = await rl.question("Second? ");
rl.close();
[first, second]"""
        for _ in range(2):  # a second time in the same kernel
            executed, _ = self.answer(code, "one", "two")
            self.assertEqual(executed.result, "[ 'one', 'two' ]", executed.content)
            self.assertEqual(executed.stream(), "First? Second? ")

    def test_readline_with_a_callback_asks_too(self):
        code = """import readline from "node:readline";
const line = await new Promise((resolve) => {
  const rl = readline.createInterface({ input: process.stdin, output: process.stdout });
  rl.question("Line? ", (text) => { rl.close(); resolve(text); });
});
line"""
        executed, _ = self.answer(code, "text")
        self.assertEqual(executed.result, "'text'")

    def test_the_lines_of_stdin_can_be_walked(self):
        code = "for await (const line of process.stdin) { console.log(String(line).trim()); break; }"
        executed, _ = self.answer(code, "a line")
        self.assertEqual(executed.stream(), "a line\n", executed.content)

    def test_output_comes_before_the_question(self):
        msg_id = self.kernel.client.execute("console.log('first'); await input('?')", allow_stdin=True)
        self.kernel.wait_for_stream("first", msg_id)
        self.question(msg_id)
        self.kernel.client.input("ok")
        self.assertEqual(self.kernel.finish(msg_id).result, "'ok'")

    def test_a_front_end_without_input_is_told_at_once(self):
        for code in [
            "await input('?')",
            "prompt('?')",
            "import rl from 'node:readline/promises';"
            "await rl.createInterface({ input: process.stdin, output: process.stdout }).question('?')",
            "for await (const line of process.stdin) console.log(line);",
        ]:
            with self.subTest(code=code):
                executed = self.run_error(code, allow_stdin=False)
                self.assertEqual(executed.content["ename"], "StdinNotImplementedError")
                self.assertIn("allow_stdin: false", executed.content["evalue"])
        self.assertEqual(self.run_ok("1 + 1").result, "2")

    def test_an_interrupt_ends_the_wait_and_keeps_the_state(self):
        for ask in ["await input('?')", "prompt('?')", "while (true) { try { prompt('?') } catch {} }"]:
            with self.subTest(ask=ask):
                client = self.kernel.client
                msg_id = client.execute(f"let kept = 1; kept = 2; {ask}; kept = 3;", allow_stdin=True)
                self.question(msg_id)
                self.kernel.manager.interrupt_kernel()
                executed = self.kernel.finish(msg_id)
                self.assertEqual(executed.content["ename"], "KeyboardInterrupt", executed.content)
                self.assertEqual(executed.stream("stderr"), "")
                client.input("too late")
                self.assertEqual(self.run_ok("kept").result, "2")

    def test_an_answer_to_another_question_is_dropped(self):
        client = self.kernel.client
        msg_id = client.execute("await input('first')", allow_stdin=True)
        first = self.question(msg_id)
        self.kernel.manager.interrupt_kernel()
        self.kernel.finish(msg_id)
        msg_id = client.execute("await input('second')", allow_stdin=True)
        second = self.question(msg_id)
        for question, value in [(first, "late"), (second, "right")]:
            client.stdin_channel.send(client.session.msg("input_reply", {"value": value}, question["header"]))
        self.assertEqual(self.kernel.finish(msg_id).result, "'right'")

    def test_a_cell_that_has_ended_can_not_ask(self):
        client = self.kernel.client
        msg_id = client.execute("void input('?').catch((error) => console.log(error.message));", allow_stdin=True)
        self.assertEqual(self.kernel.finish(msg_id).content["status"], "ok")
        self.kernel.run(
            "await new Promise((resolve) => setTimeout(resolve, 100));"
        )
        texts = [m["content"]["text"] for m in self.kernel.others if m["msg_type"] == "stream"]
        self.assertIn("the cell that asks has ended", "".join(texts))


class OwnNames(KernelCase):
    def test_a_cells_own_names_hide_the_functions(self):
        self.assertEqual(self.run_ok("const input = (n: number) => n + 1; const prompt = 'p'; input(1)").result, "2")
