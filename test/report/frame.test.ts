import { describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { asked } from "../../src/report/fast.browser.js";
import { Frame } from "../../src/report/frame.js";
import { danfo } from "../../src/tensorflow/index.js";

const columns = ["net", "bits", "accuracy"];
const values = [
  ["mlp", 8, 0.9],
  ["cnn", 2, 0.5],
  ["cnn", 4, 0.8],
];
const own = () =>
  new Frame(
    values.map((row) => [...row]),
    { columns },
  );
const danfos = () => new (danfo()!.DataFrame)(values, { columns });

describe("a table without danfo.js", () => {
  it("has danfo's properties", () => {
    for (const name of ["columns", "values", "index", "shape", "dtypes", "$isSeries"] as const) {
      expect(own()[name], name).toEqual(danfos()[name]);
    }
  });

  it("has rows and cells as danfo has them", () => {
    const plain = ({
      values,
      index,
      columns,
    }: {
      values: unknown;
      index: unknown;
      columns: unknown;
    }) => ({
      values,
      index,
      columns,
    });
    const condition = [false, true, true];
    expect(plain(own().head(2))).toEqual(plain(danfos().head(2)));
    expect(plain(own().tail(2))).toEqual(plain(danfos().tail(2)));
    expect(plain(own().query(condition))).toEqual(plain(danfos().query(condition)));
    expect(plain(own().loc({ columns: ["bits"] }))).toEqual(
      plain(danfos().loc({ columns: ["bits"] })),
    );
    expect(plain(own().sortValues("bits"))).toEqual(plain(danfos().sortValues("bits")));
    expect(own().at(1, "bits")).toBe(danfos().at(1, "bits"));
    const [ours, theirs] = [own().column("accuracy"), danfos().column("accuracy")];
    expect(ours.values).toEqual(theirs.values);
    for (const name of ["sum", "mean", "max", "min"] as const) {
      expect(ours[name](), name).toBeCloseTo(theirs[name](), 12);
    }
  });

  it("is shown, and taken as data, as danfo's is", async () => {
    const numbers = new Frame(
      [
        [1, 2],
        [3, 4],
        [5, 7],
      ],
      { columns: ["a", "b"] },
    );
    const data = q.dataset(numbers as never, "b", { task: "regression" });
    expect([...data.xs.dataSync()]).toEqual([1, 3, 5]);
    data.dispose();
    expect(own().toString()).toContain("accuracy");
    const tensor = numbers.tensor;
    expect(tensor.shape).toEqual([3, 2]);
    tensor.dispose();
  });

  it("refuses by name what it hasn't", () => {
    expect(() => (own() as any).groupby(["net"])).toThrow(/table\.groupby is danfo\.js's/);
    expect(() => own().column("nets")).toThrow(
      "invalid column: nets (expected one of net, bits, accuracy)",
    );
    expect(() => own().query([true])).toThrow("1 values (expected one for each of 3 rows)");
    expect(() => own().tensor).toThrow("a cell is mlp");
    expect(() => own().at(9, "bits")).toThrow("invalid row: 9");
  });
});

describe("q.fast", () => {
  it("is false in Node unless QATLAB_FAST asks for it, and true in a tab", () => {
    expect(q.fast).toBe(process.env.QATLAB_FAST === "1");
    expect(asked).toBe(true);
  });
});
