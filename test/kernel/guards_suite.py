"""An interrupt leaves libraries usable that the stopped cell was in the middle of."""

from harness import KernelCase

MODEL = """const model = tf.sequential({ layers: [tf.layers.dense({ units: 200, inputShape: [50] }), tf.layers.dense({ units: 1 })] });
model.compile({ loss: "meanSquaredError", optimizer: "sgd" });
const xs = tf.randomNormal([2000, 50]), ys = tf.randomNormal([2000, 1]);
await model.fit(xs, ys, { epochs: 1, verbose: 0 });"""

FIT = """await model.fit(xs, ys, { epochs: 1e6, batchSize: 32, verbose: 0 });"""


class Libraries:
    def scopes(self) -> str:
        return self.run_ok("(tf.engine() as any).state.scopeStack.length").result

    def test_a_model_whose_fit_was_stopped_can_be_fitted_again(self):
        self.run_ok(MODEL)
        for after in (0.05, 0.2):
            before = self.scopes()
            self.run_interrupted(FIT, after=after)
            self.assertEqual(self.scopes(), before)
            history = self.run_ok(
                "const history = await model.fit(xs, ys, { epochs: 2, verbose: 0 }); history.epoch.length"
            )
            self.assertEqual(history.result, "2")

    def test_the_scopes_of_a_stopped_tidy_are_closed_and_their_tensors_freed(self):
        # Values of a stopped gradient are in the tape as well.
        for loop in ("tf.ones([3])", "tf.grad((x: tf.Tensor) => x.square().sum())(tf.ones([3]))"):
            before = int(self.run_ok("tf.memory().numTensors").result)
            self.run_interrupted(f"tf.tidy(() => {{ tf.tidy(() => {{ for (;;) {loop}; }}); }});", after=0.2)
            # The stop may fall between a tensor's making and its counting.
            now = int(self.run_ok("tf.memory().numTensors").result)
            self.assertAlmostEqual(now, before, delta=2)
            self.assertEqual(self.run_ok("(tf.engine() as any).state.gradientDepth").result, "0")
            kept = self.run_ok("const kept = tf.ones([2]); tf.grad((x: tf.Tensor) => x.square().sum())(kept)")
            self.assertIn("2, 2", kept.result)
            self.run_ok("kept.dispose();")

    def test_a_scope_that_an_earlier_cell_has_opened_stays_open(self):
        self.run_ok("tf.engine().startScope();")
        before = self.scopes()
        self.run_interrupted("tf.tidy(() => { while (true) {} });")
        self.assertEqual(self.scopes(), before)
        self.run_ok("tf.engine().endScope();")


class OwnTensorFlow(Libraries, KernelCase):
    """TensorFlow.js as a cell imports it, without the library."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kernel.run('import * as tf from "@tensorflow/tfjs-node";')


class LibraryTensorFlow(Libraries, KernelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kernel.run('import * as q from "qatlab"; import tf = q.tf;')
