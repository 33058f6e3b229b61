"""The library in the kernel: what a reader does in a lesson, and stops half-way."""

from harness import KernelCase

TRAIN = """const board = q.plot.board("Run", { references: { float: 0.97 } });
console.log("go");
const history = await q.fit(model, train, { epochs: 1000, board });"""


class Training(KernelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        setup = """import * as q from "qatlab";
const { train, test } = await q.datasets.digits();
const model = q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 7 });
const sum = () => model.getWeights().map((w) => w.abs().sum().dataSync()[0]).reduce((a, b) => a + b);
const before = sum();"""
        assert cls.kernel.run(setup).content["status"] == "ok"

    def test_an_interrupt_stops_training_between_two_steps_and_the_model_goes_on_from_there(self):
        executed = self.run_interrupted(TRAIN.replace('console.log("go");', ""), after=2)
        boards = [m for m in executed.messages if "display_data" in m["msg_type"]]
        self.assertGreater(len(boards), 2)
        last = [m for m in boards if "application/vnd.plotly.v1+json" in m["content"]["data"]][-1]
        self.assertIn("<svg", last["content"]["data"]["image/svg+xml"])
        self.assertEqual(self.run_ok("const stopped = sum(); stopped !== before").result, "true")
        self.assertEqual(
            self.run_ok("await new Promise((r) => setTimeout(r, 500)); sum() === stopped").result,
            "true",
            "a loop went on after the interrupt",
        )
        self.run_ok("await q.fit(model, train, { epochs: 3, progress: false });")
        self.assertEqual(self.run_ok("q.accuracy(model, test) > 0.8").result, "true")

    def test_errors_of_the_library_name_the_bad_value_and_the_readers_line(self):
        content = self.run_error("const format =\n  q.int(33);").content
        self.assertEqual(content["ename"], "RangeError")
        self.assertIn("invalid bits: 33 (expected an integer from 1 to 16", content["evalue"])
        self.assertIn("line 2", "\n".join(content["traceback"]))

    def test_a_function_that_cannot_be_compiled_is_told_the_line_of_its_cell(self):
        code = """const step = q.compile((x: q.tf.Tensor) => {
  const y = x.square();
  return y.mul(y.max().dataSync()[0]!);
});
for (let i = 0; i < 3; i++) step(q.tf.ones([2]));"""
        content = self.run_error(code).content
        self.assertIn("read the result of Max", content["evalue"])
        self.assertRegex(
            content["evalue"], r"at cell \d+, line 3: return y\.mul\(y\.max\(\)\.dataSync"
        )

    def test_tables_tensors_models_and_formats_show_themselves(self):
        for code, form, words in [
            ("q.dataFrame([{ bits: 2, codes: 4 }])", "text/html", "codes"),
            ("q.tf.ones([2, 3])", "text/html", "float32 [2, 3]"),
            ("model", "text/html", "DepthwiseConv2D"),
            ("q.plot.figure({ data: [q.plot.line([0, 1], [1, 2])] })", "image/svg+xml", "<svg"),
            ("train", "text/plain", "CC BY 4.0"),
        ]:
            with self.subTest(code=code):
                executed = self.run_ok(code)
                data = executed.messages[-1]["content"]["data"]
                self.assertIn(words, data[form])
                self.assertIn("text/plain", data)
