import { type Notebook, text } from "../parameters.js";

/** The facts of a lesson that a teacher plans by, out of the notebook itself. */
export interface LessonFacts {
  number: string;
  title: string;
  question: string;
  /** The things that a reader can do afterwards. */
  objectives: string[];
  words: number;
  codeLines: number;
  exercises: number;
  minutes: { reading: number; exercises: number };
}

/** The rates behind the minutes; the plan states them. */
export const rates = { wordsPerMinute: 180, linesPerMinute: 12, minutesPerExercise: 8 } as const;

const round = (minutes: number) => 5 * Math.max(1, Math.round(minutes / 5));

/** Counts words, lines of code and exercises of a lesson, and reads its title, question and objectives. */
export function factsOf(notebook: Notebook): LessonFacts {
  const sources = (type: string) =>
    notebook.cells.filter(({ cell_type }) => cell_type === type).map(({ source }) => text(source));
  const [head = ""] = sources("markdown");
  const [, number = "", title = ""] = /^# (\d\d) · (.+)$/m.exec(head) ?? [];
  const prose = sources("markdown").join("\n");
  const words = prose.split(/\s+/).filter((word) => /\p{L}/u.test(word)).length;
  const code = sources("code").filter((source) => !isExercise(source));
  const codeLines = code
    .join("\n")
    .split("\n")
    .filter((line) => line.trim() !== "").length;
  const exercises = sources("code").filter(isExercise).length;
  const { wordsPerMinute, linesPerMinute, minutesPerExercise } = rates;
  return {
    number,
    title,
    question: /^\*\*(.+)\*\*$/m.exec(head)?.[1] ?? "",
    objectives: [...head.matchAll(/^- (.+(?:\n {2,}.+)*)$/gm)].map(([, item]) =>
      item!.replace(/\s+/g, " ").replace(/[,.;]$/, ""),
    ),
    words,
    codeLines,
    exercises,
    minutes: {
      reading: round(words / wordsPerMinute + codeLines / linesPerMinute),
      exercises: exercises * minutesPerExercise,
    },
  };
}

/** Whether a cell asks an exercise. */
export function isExercise(source: string): boolean {
  return /^q\.exercises\.check\("\d\d\.\d+", undefined\)/.test(source);
}
