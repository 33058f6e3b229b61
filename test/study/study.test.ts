import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import * as q from "../../src/index.js";
import { installHost } from "../fixtures/host.js";

const folder = () => {
  const path = mkdtempSync(join(tmpdir(), "qatlab-study-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
};
const settings = { W8: 8, W2: 2 };
/** Measures that a reader can compute: PTQ loses what QAT brings back. */
const run = ({ seed, setting }: q.StudyRun<number, undefined>) => ({
  PTQ: 80 + seed + setting,
  QAT: 90 + 2 * seed,
});
const quiet = { settings, live: false };

describe("q.study", () => {
  it("runs each seed in each setting, and gives rows, means and paired differences", async () => {
    const study = await q.study([3, 1, 2], run, quiet);
    expect(study.rows).toHaveLength(6);
    expect(study.rows[0]).toEqual({ seed: 3, setting: "W8", PTQ: 91, QAT: 96 });
    expect(study.values("QAT", "W2")).toEqual([96, 92, 94]);
    expect(study.mean("PTQ", "W2")).toBe(84);
    expect(study.interval("PTQ", "W2")).toEqual({
      ...q.interval([85, 83, 84]),
      ...{ unit: "%", digits: 1 },
    });
    expect(study.difference("QAT", "PTQ", "W2")).toEqual({
      ...q.pairedDifference([96, 92, 94], [85, 83, 84]),
      ...{ unit: "points", digits: 1 },
    });
    expect(study.table.shape).toEqual([6, 4]);
  });

  it("makes what a seed's settings share once, and disposes it after them", async () => {
    const log: string[] = [];
    const shared = async (seed: number) => {
      log.push(`make ${seed}`);
      return { at: seed, dispose: () => log.push(`free ${seed}`) };
    };
    const measure = ({ seed, name, shared }: q.StudyRun<number, { at: number }>) => {
      log.push(`${name} ${shared.at}`);
      return { seedAgain: seed };
    };
    await q.study([1, 2], measure, { ...quiet, shared });
    expect(log).toEqual(["make 1", "W8 1", "W2 1", "free 1", "make 2", "W8 2", "W2 2", "free 2"]);
    const kept = await q.study([1, 2], measure, { ...quiet, shared, keepShared: true });
    expect([...kept.shared.keys()]).toEqual([1, 2]);
    expect(log.filter((line) => line.startsWith("free"))).toHaveLength(2);
  });

  it("corrects the comparisons of all settings, and says what could have been shown", async () => {
    const noise = [0.3, -0.2, 0.1, -0.1, 0.25];
    const study = await q.study(
      [0, 1, 2, 3, 4],
      ({ seed, setting }) => ({ a: setting + noise[seed]!, b: noise[(seed + 2) % 5]! }),
      { settings: { apart: 5, alike: 0 }, live: false },
    );
    const { rows } = study.compare([["a", "b"]]);
    const [apart, alike] = rows;
    expect(apart).toMatchObject({ setting: "apart", compared: "a − b" });
    expect([apart!.corrected, alike!.corrected]).toEqual(q.holm([apart!.p, alike!.p]));
    const text = String(study.compare([["a", "b"]]));
    expect(text).toContain("a − b, paired, 5 seeds");
    expect(text).toMatch(/apart +5\.0 +4\.\d to 5\.\d +< 0\.001 +a difference/);
    expect(text).toMatch(/alike .*nothing; below 0\.\d nothing could be/);
  });

  it("compares settings with one of them, in a table and a figure of intervals", async () => {
    const noise = [0.3, -0.2, 0.1, -0.1, 0.25];
    const study = await q.study(
      [0, 1, 2, 3, 4],
      ({ seed, setting }) => ({ accuracy: setting + noise[(seed + setting) % 5]! }),
      { settings: { base: 80, alike: 80, worse: 71, best: 96 }, live: false },
    );
    const against = study.against("base", { guesses: { worse: -5 } });
    expect(against.rows.map(({ setting }) => setting)).toEqual(["alike", "worse", "best"]);
    expect(against.row("worse")).toMatchObject(study.between("worse", "base"));
    expect(study.between("worse", "base")).toMatchObject(
      q.pairedDifference(study.values("accuracy", "worse"), study.values("accuracy", "base")),
    );
    expect(against.rows.map(({ corrected }) => corrected)).toEqual(
      q.holm(against.rows.map(({ p }) => p)),
    );
    expect(against.shown.map(({ setting }) => setting)).toEqual(["worse", "best"]);
    expect(String(against)).toMatch(/Against base, 5 seeds\nsetting +difference/);
    expect(String(against)).toMatch(/worse +−9\.\d +−9\.\d to −8\.\d +< 0\.001 +a difference/);
    const [shown, nothing, guess] = against.figure.spec.data;
    expect(shown).toMatchObject({ name: "a difference", y: [-1, -2] });
    expect(nothing).toMatchObject({ name: "nothing is shown", y: [0] });
    expect(guess).toMatchObject({ name: "guess", x: [-5], y: [-1] });
    expect((shown as any).error_x.array).toHaveLength(2);
    expect((against.figure.spec.layout as any).yaxis.ticktext).toEqual(["alike", "worse", "best"]);
    expect(study.against("base", { settings: ["best"] }).rows).toHaveLength(1);
    expect(() => against.row("wors")).toThrow("did you mean worse?");
    expect(() => study.against("bse")).toThrow("did you mean base?");
    const two = await q.study([1, 2], run, quiet);
    expect(() => two.between("W8", "W2")).toThrow(
      "invalid measure: none (expected one of PTQ, QAT",
    );
    expect(two.between("W8", "W2", "PTQ").mean).toBe(6);
    expect(two.compare([["QAT", "PTQ"]]).row("W2").mean).toBe(9.5);
  });

  it("takes a list of names or numbers as settings, in the list's order", async () => {
    const study = await q.study([1], ({ setting }) => ({ epochs: setting }), {
      settings: [8, 1],
      live: false,
    });
    expect(study.settings).toEqual(["8", "1"]);
    expect(study.values("epochs", "8")).toEqual([8]);
    const names = q.estimators.names().slice(0, 2);
    const named = await q.study([1], ({ setting }) => ({ length: setting.length }), {
      settings: names,
      live: false,
    });
    expect(named.values("length", "none")).toEqual([4]);
  });

  it("goes on from its file, and refuses that of another study", async () => {
    const file = join(folder(), "study.json");
    let calls = 0;
    const counted = (one: q.StudyRun<number, undefined>) => {
      if (++calls === 3) throw new Error("stopped");
      return run(one);
    };
    await expect(q.study([1, 2], counted, { ...quiet, file })).rejects.toThrow("stopped");
    const study = await q.study([1, 2], counted, { ...quiet, file });
    expect(calls).toBe(5); // two runs before the stop, which was the third, and two after it
    expect(study.rows).toEqual((await q.study([1, 2], run, quiet)).rows);
    await q.study([1, 2], counted, { ...quiet, file });
    expect(calls).toBe(5);
    await expect(q.study([1, 2, 3], run, { ...quiet, file })).rejects.toThrow(
      "holds another study: its seeds are 1, 2, not 1, 2, 3",
    );
    await expect(q.study([1, 2], run, { settings: { W4: 4 }, live: false, file })).rejects.toThrow(
      "its settings are W8, W2, not W4",
    );
    await expect(
      q.study([1, 2], run, { settings: { W8: 8, W2: 3 }, live: false, file }),
    ).rejects.toThrow("holds another study: its setting W2 is 2, not 3");
    writeFileSync(file, "{}");
    await expect(q.study([1, 2], run, { ...quiet, file })).rejects.toThrow(
      "not the file of a study",
    );
    expect(readFileSync(file, "utf8")).toBe("{}");
  });

  it("writes its table as Markdown, LaTeX and CSV, the best of a row in bold", async () => {
    const study = await q.study([1, 2], run, { ...quiet, title: "Recovery" });
    expect(study.toMarkdown()).toBe(
      [
        "| setting | PTQ | QAT |",
        "|:--|--:|--:|",
        "| W8 | 89.5 ± 6.4 | **93.0 ± 12.7** |",
        "| W2 | 83.5 ± 6.4 | **93.0 ± 12.7** |",
        "",
      ].join("\n"),
    );
    const unlike = await q.study([1, 2], run, { ...quiet, best: "none" });
    expect(unlike.toMarkdown()).toContain("| W8 | 89.5 ± 6.4 | 93.0 ± 12.7 |");
    const three = ({ seed }: q.StudyRun<undefined, undefined>) => ({
      float: 99,
      PTQ: seed,
      QAT: 2 * seed,
    });
    const held = await q.study([1, 2], three, { live: false, reference: "float" });
    expect(held.toMarkdown()).toContain("| mean | 99.0 ± 0.0 | 1.5 ± 6.4 | **3.0 ± 12.7** |");
    await expect(q.study([1, 2], three, { live: false, reference: "flaot" })).rejects.toThrow(
      "invalid reference: flaot (expected float, PTQ, QAT; did you mean float?)",
    );
    const alone = await q.study([1, 2], run, { ...quiet, reference: ["PTQ"] });
    expect(alone.toMarkdown()).not.toContain("**");
    expect(study.toLaTeX()).toContain("W8 & $89.5 \\pm 6.4$ & $\\mathbf{93.0 \\pm 12.7}$ \\\\");
    expect(study.toCSV()).toBe(
      "seed,setting,PTQ,QAT\r\n1,W8,89,92\r\n1,W2,83,92\r\n2,W8,90,94\r\n2,W2,84,94\r\n",
    );
    const file = join(folder(), "table.tex");
    study.save(file);
    expect(readFileSync(file, "utf8")).toBe(study.toLaTeX());
    expect(() => study.save(file)).toThrow("exists");
    expect(() => study.save("table.xls")).toThrow("ends in .csv, .md or .tex");
    expect(existsSync("table.xls")).toBe(false);
    const shown = study.below();
    expect(shown["text/html"]).toContain("<b>93.0 ± 12.7</b>");
    expect(shown["text/plain"]).toContain("Recovery: means ± 95 % intervals, 2 seeds");
  });

  it("shows its figure while it runs, and its table at the end", async () => {
    const host = installHost();
    onTestFinished(() => host.remove());
    await q.study([1, 2], run, { settings });
    expect(host.last()!["text/plain"]).toContain("means ± 95 % intervals, 2 seeds");
    expect(host.shown.filter(({ update }) => update).length).toBeGreaterThanOrEqual(4);
    host.shown.length = 0;
    await q.study([1], run, quiet);
    expect(host.shown).toEqual([]);
  });

  it("draws bars with intervals, side by side or one a measure", async () => {
    const study = await q.study([1, 2], run, { ...quiet, references: { guess: 85 } });
    const [ptq, qat, guess] = study.figure.spec.data;
    expect(ptq).toMatchObject({ type: "bar", x: ["W8", "W2"], y: [89.5, 83.5], name: "PTQ" });
    expect((ptq as any).error_y.array[0]).toBeCloseTo(6.353, 3);
    expect(qat).toMatchObject({ name: "QAT" });
    expect(guess).toMatchObject({ y: [85, 85] });
    const axis = (of: q.Study) => (of.figure.spec.layout as any).yaxis.title.text;
    expect(axis(study)).toBe("mean of 2 seeds (%)");
    const alone = await q.study([1, 2], ({ seed }) => ({ a: seed, b: 2 * seed }), { live: false });
    expect(alone.figure.spec.data[0]).toMatchObject({ x: ["a", "b"], y: [1.5, 3] });
    expect(alone.values("b")).toEqual([2, 4]);
    const one = await q.study([7], ({ seed }) => ({ a: seed }), { live: false });
    expect(one.toMarkdown()).toContain("| mean | 7.0 |");
    expect(axis(one)).toBe("one seed (%)");
    expect(one.figure.spec.data[0]).not.toHaveProperty("error_y");
    expect(() => one.interval("a")).toThrow("takes at least 2");
  });

  it.each<[string, unknown[], string]>([
    ["no seed", [[], run], "invalid seeds: none"],
    ["a seed twice", [[1, 2, 1], run], "invalid seeds: 1 twice (expected different seeds"],
    ["half a seed", [[1.5], run], "invalid seeds: 1.5"],
    ["a number of seeds", [5, run], "invalid seeds: 5"],
    ["no function", [[1], {}], "invalid run: "],
    ["a setting twice", [[1], run, { settings: [8, 8] }], "invalid settings: 8 twice"],
    [
      "a list of other things",
      [[1], run, { settings: [[8, 8]] }],
      "invalid settings: [8, 8] (expected",
    ],
    ["no setting", [[1], run, { settings: {} }], "invalid settings: none"],
    ["an unknown option", [[1], run, { setting: settings }], "setting"],
    ["a result without numbers", [[1], () => ({}), { live: false }], "invalid result of seed 1"],
    [
      "a measure that is no number",
      [[1], () => ({ a: Number.NaN }), { live: false }],
      "invalid a of seed 1: NaN",
    ],
    ["a measure named seed", [[1], () => ({ seed: 1 }), { live: false }], "invalid measure: seed"],
    [
      "other measures than before",
      [[1, 2], ({ seed }: any) => (seed === 1 ? { a: 1 } : { b: 1 }), { live: false }],
      "invalid result of seed 2: it has b (expected a, as in the first run)",
    ],
  ])("refuses %s", async (_, args, message) => {
    await expect(Reflect.apply(q.study, q, args)).rejects.toThrow(message);
  });

  it("names a measure or a setting that isn't there", async () => {
    const study = await q.study([1, 2], run, quiet);
    expect(() => study.values("qat" as never, "W2")).toThrow("did you mean QAT?");
    expect(() => study.values("QAT", "W3")).toThrow("invalid setting: W3 (expected W8, W2");
    expect(() => study.values("QAT")).toThrow("invalid setting");
  });

  it("refuses a result that isn't an object of measures, settings that have no names, and shown measures that aren't there", async () => {
    const withResult = (result: unknown) => q.study([1, 2], () => result as never, { live: false });
    await expect(withResult([97.1, 95.2])).rejects.toThrow(
      "invalid result of seed 1: [97.1, 95.2] (expected an object of numbers",
    );
    await expect(withResult({})).rejects.toThrow("invalid result of seed 1: no measures");
    const withSettings = (settings: never) => q.study([1], run, { ...quiet, settings });
    await expect(withSettings(new Map([["W8", 8]]) as never)).rejects.toThrow(
      "invalid settings: [object Map] (expected settings by name, or a list of names or numbers",
    );
    await expect(q.study([1, 2], run, { ...quiet, shown: ["qat"] })).rejects.toThrow(
      "invalid shown: qat (expected PTQ, QAT; did you mean QAT?)",
    );
  });
});
