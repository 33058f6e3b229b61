import { describe, expect, it } from "vitest";
import { applyEstimator } from "../../src/estimators/apply.js";
import { gridFor } from "../../src/estimators/parameters.js";
import { estimatorFor } from "../../src/estimators/registry.js";
import * as q from "../../src/index.js";
import { generator } from "../fixtures/generator.js";

const { tf } = q;
const random = generator(3);
const gaussian = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const [rows, columns] = [60, 4];
/** float32 values, so that float64 formulas start from the same numbers. */
const xs = Float32Array.from({ length: rows * columns }, gaussian);
const dys = Float32Array.from({ length: rows * columns }, gaussian);

/** A code grid of one column, in float64. */
interface Grid {
  s: number;
  z: number;
  low: number;
  high: number;
  /** Smallest and largest code, counted from 0's. */
  n: number;
  p: number;
}
/** A paper's formulas: the derivative of x̂ for x, and for each parameter, at one value. */
type Derivatives = (x: number, dy: number, g: Grid) => Record<string, number>;

const inside = (x: number, g: Grid) => (x >= g.low && x <= g.high ? 1 : 0);
const rounded = (x: number, g: Grid) =>
  Math.min(g.p, Math.max(g.n, Math.floor(x / g.s + 0.5))) * g.s;
/** Esser et al., equation 3. */
const lsqScale = (x: number, g: Grid) => {
  const v = x / g.s;
  return v <= g.n ? g.n : v >= g.p ? g.p : Math.round(v) - v;
};
const clipped: Derivatives = (x, _, g) => ({ x: inside(x, g) });

const papers: Record<string, Derivatives> = {
  none: () => ({ x: 0 }),
  ste: () => ({ x: 1 }),
  clippedSte: clipped,
  lsq: (x, _, g) => ({ x: inside(x, g), scale: lsqScale(x, g) }),
  // Bhalgat et al., section 3, with β = −z · s.
  lsqPlus: (x, _, g) => {
    const v = x / g.s + g.z;
    const [n, p] = [g.n + g.z, g.p + g.z];
    const scale = v <= n ? n : v >= p ? p : Math.round(v) - v;
    return { x: inside(x, g), scale, offset: 1 - inside(x, g) };
  },
  // Choi et al., equation 3.
  pact: (x, _, g) => ({ x: inside(x, g), alpha: x >= g.high ? 1 : 0 }),
  // Jain et al., section 3.
  tqt: (x, _, g) => ({ x: inside(x, g), log2Threshold: g.s * Math.LN2 * lsqScale(x, g) }),
  // Lee et al., section 3, in units of the range.
  ewgs: (x, dy, g) => {
    const unit = (value: number) => (value - g.low) / (g.high - g.low);
    return { x: inside(x, g) * (1 + Math.sign(dy) * (unit(x) - unit(rounded(x, g)))) };
  },
  // The derivative of Gong et al., section 3.
  dsq: (x, _, g) => {
    const s = 1 / (1 - 0.2);
    const k = Math.log(2 / 0.2 - 1) / g.s;
    const middle = (Math.floor(x / g.s) + 0.5) * g.s;
    return { x: ((inside(x, g) * g.s) / 2) * s * k * (1 - Math.tanh(k * (x - middle)) ** 2) };
  },
  stochastic: clipped,
  noise: clipped,
  // PyTorch: by the rounded code.
  pytorchLearnable: (x, _, g) => {
    const code = Math.round(x / g.s);
    if (code < g.n) return { x: 0, scale: g.n, zeroPoint: -g.s };
    if (code > g.p) return { x: 0, scale: g.p, zeroPoint: -g.s };
    return { x: 1, scale: code - x / g.s, zeroPoint: 0 };
  },
};

const formats = [
  q.int(2),
  q.int(3, { per: "channel" }),
  q.int(4, { narrowRange: true }),
  q.int(4, { per: "channel", symmetric: false }),
  q.uint(3),
];

function setUp(name: q.estimators.EstimatorName, format: q.IntegerFormat) {
  const estimator = estimatorFor(name, "activations");
  const per = format.per === "channel";
  const list = (values: number[]) => (per ? values : values[0]!);
  const scales = [0.4, 0.27, 0.31, 0.55];
  const range = format.symmetric
    ? {
        min: list(scales.map((s) => s * format.smallest)),
        max: list(scales.map((s) => s * format.largest)),
      }
    : { min: list([-0.62, -0.4, -1, -0.3]), max: list([1.2, 1.4, 0.9, 0.8]) };
  const parameters = q.estimators.parameters(name, format, range, { role: "activations" });
  const context = { format, role: "activations" as const, training: true };
  const ends = gridFor(estimator, parameters, context);
  const numbers = { min: ends.min.dataSync(), max: ends.max.dataSync() };
  const { scale, zeroPoint, min, max } = q.affine(format, numbers);
  const grids = Array.from(scale, (s, c) => ({
    s,
    z: zeroPoint[c]!,
    low: min[c]!,
    high: max[c]!,
    n: format.smallest - zeroPoint[c]!,
    p: format.largest - zeroPoint[c]!,
  }));
  return { estimator, parameters, context, grids };
}

const cases = (Object.keys(papers) as q.estimators.EstimatorName[]).flatMap((name) =>
  formats
    // PACT's lower end moves with α if codes are symmetric, a case that the paper doesn't have.
    .filter((format) => name !== "pact" || !format.symmetric)
    .map((format) => [name, format] as const),
);

describe("gradients are those of the papers' formulas", () => {
  it.each(cases)("%s, %s", { tags: "slow" }, (name, format) => {
    tf.tidy(() => {
      const { estimator, parameters, context, grids } = setUp(name, format);
      const names = Object.keys(parameters);
      const x = tf.tensor2d(xs, [rows, columns]);
      const gradients = tf.grads((x: q.tf.Tensor, ...values: q.tf.Tensor[]) =>
        applyEstimator(
          estimator,
          x,
          Object.fromEntries(names.map((name, i) => [name, values[i]!])),
          context,
        ),
      )([x, ...Object.values(parameters)], tf.tensor2d(dys, [rows, columns]));
      const found = Object.fromEntries(
        ["x", ...names].map((name, i) => [name, gradients[i]!.dataSync()]),
      );
      const grid = (i: number) => grids[i % grids.length]!;
      const at = (i: number) => papers[name]!(xs[i]!, dys[i]!, grid(i));
      xs.forEach((_, i) => {
        expect(found.x![i]).toBeCloseTo(dys[i]! * at(i).x!, 5);
      });
      for (const learned of names) {
        const sum = new Float64Array(grids.length);
        const size = new Float64Array(grids.length);
        xs.forEach((_, i) => {
          const fixed =
            estimator.learned?.fixed?.includes(learned) ||
            !estimator.learned?.names.includes(learned);
          const off = format.symmetric && (learned === "offset" || learned === "zeroPoint");
          const term = fixed || off ? 0 : dys[i]! * at(i)[learned]!;
          sum[i % grids.length]! += term;
          size[i % grids.length]! += Math.abs(term);
        });
        // For activations, N is the number of values of one example, in LSQ's 1/√(N · Q_P).
        const count = columns / grids.length;
        const factor = name.startsWith("lsq") ? 1 / Math.sqrt(count * format.largest) : 1;
        sum.forEach((sum, c) => {
          const distance = Math.abs(found[learned]![c]! - sum * factor);
          expect(distance).toBeLessThanOrEqual(1e-6 * size[c]! * factor);
        });
      }
    });
  });
});

describe("values", () => {
  it.each(cases)("%s, %s: in inference, the nearest of its range", (name, format) => {
    tf.tidy(() => {
      const { estimator, parameters, context } = setUp(name, format);
      const x = tf.tensor2d(xs, [rows, columns]);
      const value = applyEstimator(estimator, x, parameters, { ...context, training: false });
      const { min, max } = gridFor(estimator, parameters, context);
      expect(value.dataSync()).toEqual(q.fakeQuantize(x, format, { min, max } as never).dataSync());
    });
  });

  it("DoReFa's weights keep their size, and small ones their values", () => {
    const range = { min: -4, max: 3.97 };
    const round = (x: q.tf.Tensor) =>
      q.estimators.apply(x, q.int(12), { estimator: "dorefa", range });
    const weights = [-3, -0.01, 0.005, 0.5, 2];
    const factor = 3 / Math.tanh(3);
    const value = round(tf.tensor1d(weights)).dataSync();
    weights.forEach((w, i) => {
      expect(Math.abs(value[i]! - factor * Math.tanh(w))).toBeLessThan(0.001);
    });
    const gradient = tf
      .grad((x) => round(x).sum())(tf.tensor1d(weights))
      .dataSync();
    weights.forEach((w, i) => {
      const [above, below] = [1e-4, -1e-4].map((h) => factor * Math.tanh(w + h));
      expect(gradient[i]).toBeCloseTo((above! - below!) / 2e-4, 4);
    });
    const zeros = round(tf.zeros([3])).dataSync();
    expect(Array.from(zeros)).toEqual([0, 0, 0]);
  });
});

describe("gradients are finite differences where the function is smooth", () => {
  it("DSQ's of its soft function, whose mean slope is 1", () => {
    const alpha = 0.1;
    const [low, step, codes] = [-0.75, 0.25, 8];
    /** Gong et al. 2019, section 3. */
    const soft = (x: number) => {
      const i = Math.min(codes - 2, Math.max(0, Math.floor((x - low) / step)));
      const s = 1 / (1 - alpha);
      const k = Math.log(2 / alpha - 1) / step;
      return low + step * (i + (s * Math.tanh(k * (x - low - (i + 0.5) * step)) + 1) / 2);
    };
    const x = Array.from({ length: 97 }, (_, i) => low + 0.004 + i * 0.018);
    const estimator = q.estimators.get({ name: "dsq", alpha });
    const range = { min: -0.75, max: 1 };
    const gradient = tf
      .grad((x) => q.estimators.apply(x, q.uint(3), { estimator, range }).sum())(tf.tensor1d(x))
      .dataSync();
    x.forEach((x, i) => {
      expect(gradient[i]).toBeCloseTo((soft(x + 1e-6) - soft(x - 1e-6)) / 2e-6, 3);
    });
    expect((soft(0.25) - soft(0)) / 0.25).toBeCloseTo(1, 10);
  });

  it("noise's of its value, draw by draw", () => {
    const range = { min: -1, max: 0.75 };
    const x = Array.from({ length: 40 }, (_, i) => -1.5 + i * 0.07 + 0.011);
    const value = (x: number[]) =>
      tf.tidy(() => {
        const round = q.compile((x: q.tf.Tensor) =>
          q.estimators.apply(x, q.int(3), { estimator: "noise", range }),
        );
        return round(tf.tensor1d(x)).dataSync();
      });
    const h = 2 ** -10;
    const [above, below] = [value(x.map((x) => x + h)), value(x.map((x) => x - h))];
    const gradient = tf
      .grad((x) => q.estimators.apply(x, q.int(3), { estimator: "noise", range }).sum())(
        tf.tensor1d(x),
      )
      .dataSync();
    x.forEach((_, i) => {
      expect(gradient[i]).toBeCloseTo((above[i]! - below[i]!) / (2 * h), 2);
    });
  });

  it("stochastic rounding's of its mean", () => {
    const range = { min: -1, max: 0.75 };
    const draws = 40_000;
    const mean = (x: number) =>
      tf.tidy(
        () =>
          q.estimators
            .apply(tf.fill([draws], x), q.int(3), { estimator: "stochastic", range })
            .mean()
            .dataSync()[0]!,
      );
    // Standard error of a mean: at most 0.125 / √40 000.
    for (const [x, expected] of [
      [-2, -1],
      [-0.6, -0.6],
      [0.05, 0.05],
      [0.75, 0.75],
      [0.9, 0.75],
    ]) {
      expect(Math.abs(mean(x!) - expected!)).toBeLessThan(0.004);
    }
  });
});
