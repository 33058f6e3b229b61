import { checkOptions, complaint, isSeed, nearest } from "../arguments/index.js";

/** The arguments of one run of a study. */
export interface StudyRun<S, T> {
  seed: number;
  /** The name of the setting; empty in a study without settings. */
  name: string;
  /** The setting. */
  setting: S;
  /** The value that {@link StudyOptions.shared} made for this seed. */
  shared: T;
}

/** Options of {@link study}. */
export interface StudyOptions<S = undefined, T = undefined> {
  /**
   * The settings that are varied, by name, e.g. `{ W8A8: [8, 8], W2A2: [2, 2] }`; or a list of names or numbers, each of
   * which is its own name, e.g. `["ste", "lsq"]`. Default: nothing but the seed.
   */
  settings?: Record<string, S> | readonly (S & (string | number))[];
  /**
   * Made once for each seed, before the runs of its settings, e.g. a network trained in float: a function of its own, or one
   * in place whose parameter has its type, `(seed: number) => …`, since TypeScript then knows what the runs get.
   */
  shared?: (seed: number) => T | Promise<T>;
  /** Whether the value of `shared` stays alive after the seed's last run, as `result.shared`. Default false: it is disposed. */
  keepShared?: boolean;
  /** The title of the figure. Default `"Study"`. */
  title?: string;
  /** The unit of all measures. Differences of `"%"` are in points. Default `"%"`. */
  unit?: string;
  /** Digits after the decimal point in tables. Default 1. */
  digits?: number;
  /** Which measures are better, for the bold ones of a table; `"none"` for measures of unlike things. Default `"high"`. */
  best?: "high" | "low" | "none";
  /**
   * The measures that the others are held against, such as `"float"`: they stand in the table, and none of them is its
   * row's best. Default: none.
   */
  reference?: string | readonly string[];
  /** The measures that the figure shows, in this order. Default: all. */
  shown?: readonly string[];
  /** Lines across the figure by name, e.g. your guess. */
  references?: Record<string, number>;
  /**
   * A JSON file that keeps each run: a study that was stopped goes on from there. The file knows the seeds and the settings,
   * and refuses others; it doesn't know the function: delete the file when the function measures something else.
   * Default: none.
   */
  file?: string;
  /** Whether the figure is shown while the study runs, and the table at its end. Default true. */
  live?: boolean;
}

/** Options of {@link Study.against}. */
export interface AgainstOptions<M extends string = string> {
  /** The measure that is compared. May be left out in a study with one measure. */
  measure?: M;
  /** The settings that are compared with the one. Default: all others. */
  settings?: readonly string[];
  /** Predicted differences, by setting, which the figure draws. Default: none. */
  guesses?: Readonly<Record<string, number | undefined>>;
}

/** Options with their defaults. */
export type StudyPlan<S, T> = Omit<StudyOptions<S, T>, "settings"> & {
  settings: Record<string, S> | undefined;
  seeds: readonly number[];
  names: readonly string[];
  title: string;
  unit: string;
  digits: number;
  best: "high" | "low" | "none";
};

/**
 * Checks a study's plan before anything runs.
 *
 * @throws TypeError or RangeError if a part of the plan is wrong
 */
export function planOf<S, T>(
  seeds: readonly number[],
  run: unknown,
  options: StudyOptions<S, T>,
): StudyPlan<S, T> {
  checkOptions<StudyOptions>("q.study", options as StudyOptions, {
    settings: true,
    shared: true,
    keepShared: true,
    title: true,
    unit: true,
    digits: true,
    best: true,
    reference: true,
    shown: true,
    references: true,
    file: true,
    live: true,
  });
  const example = "q.study([1, 2, 3], async ({ seed }) => ({ accuracy: await train(seed) }))";
  const list = Array.isArray(seeds) ? [...seeds] : [];
  const bad = list.find((seed) => !isSeed(seed));
  if (list.length === 0 || bad !== undefined) {
    const expected = "at least one seed, integers from 0";
    const value = Array.isArray(seeds) ? (bad ?? "none") : seeds;
    throw new TypeError(complaint({ name: "seeds", value, expected, example }));
  }
  const twice = list.find((seed, i) => list.indexOf(seed) !== i);
  if (twice !== undefined) {
    throw new RangeError(
      complaint({ name: "seeds", value: `${twice} twice`, expected: "different seeds", example }),
    );
  }
  if (typeof run !== "function") {
    throw new TypeError(
      complaint({ name: "run", value: run, expected: "a function of a run", example }),
    );
  }
  const settings = byName<S>(options.settings);
  const listed = options.settings;
  const names = Array.isArray(listed) ? listed.map(String) : Object.keys(settings ?? { "": 0 });
  if (names.length === 0) {
    throw new RangeError("invalid settings: none (expected at least one, or leave the option out)");
  }
  return {
    ...options,
    settings,
    seeds: list,
    names,
    title: options.title ?? "Study",
    unit: options.unit ?? "%",
    digits: options.digits ?? 1,
    best: options.best ?? "high",
  };
}

/**
 * @throws TypeError if the settings are neither a list nor a plain object, or if a listed one is neither a text nor a number;
 *   RangeError if one is listed twice
 */
function byName<S>(settings: StudyOptions<S>["settings"]): Record<string, S> | undefined {
  const isPlain = Object.prototype.toString.call(settings) === "[object Object]";
  if (settings !== undefined && !Array.isArray(settings) && !isPlain) {
    const expected = "settings by name, or a list of names or numbers";
    const example = "settings: { W8A8: [8, 8], W2A2: [2, 2] }";
    throw new TypeError(complaint({ name: "settings", value: settings, expected, example }));
  }
  if (!Array.isArray(settings)) return settings as Record<string, S> | undefined;
  const example = 'settings: ["ste", "lsq"]';
  const bad = settings.findIndex((one) => typeof one !== "string" && typeof one !== "number");
  if (bad >= 0) {
    const expected = "names or numbers, or settings by name";
    throw new TypeError(complaint({ name: "settings", value: settings[bad], expected, example }));
  }
  const names = settings.map(String);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    const expected = "different settings";
    throw new RangeError(
      complaint({ name: "settings", value: `${twice} twice`, expected, example }),
    );
  }
  return Object.fromEntries(settings.map((one) => [String(one), one as S]));
}

/**
 * Checks, once the first run has shown the measures, that the names in the options are names of measures.
 *
 * @throws RangeError if one is not a measure
 */
export function checkNamed<S, T>(
  { reference = [], shown = [] }: StudyPlan<S, T>,
  measures: readonly string[],
): void {
  for (const [name, named] of Object.entries({ reference: [reference].flat(), shown })) {
    const unknown = named.find((one) => !measures.includes(one));
    if (unknown === undefined) continue;
    const [expected, meant] = [measures.join(", "), nearest(unknown, measures)];
    throw new RangeError(complaint({ name, value: unknown, expected, meant }));
  }
}
