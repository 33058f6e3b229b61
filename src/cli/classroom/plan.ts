import { type LessonFacts, rates } from "./facts.js";

/** The plan of a class as Markdown: a table of the lessons with minutes, then the objectives of each. */
export function planOf(lessons: readonly LessonFacts[]): string {
  const sum = (pick: (lesson: LessonFacts) => number) =>
    lessons.reduce((total, lesson) => total + pick(lesson), 0);
  const row = (cells: (string | number)[]) => `| ${cells.join(" | ")} |`;
  const reading = ({ minutes }: LessonFacts) => minutes.reading;
  const practice = ({ minutes }: LessonFacts) => minutes.exercises;
  return `# Plan

${row(["Lesson", "", "In class (min)", "Exercises (min)", "Exercises"])}
${row(["---", "---", "---:", "---:", "---:"])}
${lessons.map((l) => row([l.number, l.title, reading(l), practice(l), l.exercises])).join("\n")}
${row(["", "Sum", sum(reading), sum(practice), sum(({ exercises }) => exercises)])}

The minutes are an estimate by the length of each lesson, not a measurement of readers: ${rates.wordsPerMinute} words or ${rates.linesPerMinute} lines of code a
minute, and ${rates.minutesPerExercise} minutes an exercise. An hour and a half holds about one lesson with its exercises.

${lessons.map(objectives).join("\n\n")}
`;
}

function objectives({ number, title, question, objectives }: LessonFacts): string {
  const list = objectives.map((item) => `- ${item}`).join("\n");
  return `## ${number} · ${title}\n\n${question}\n\nAfterwards the students can say or do this:\n\n${list}`;
}

/** The README of a class's folder. */
export function classReadme(lessons: readonly LessonFacts[], version: string): string {
  const [first] = lessons;
  return `# A class with qatlab ${version}

| | |
|---|---|
| \`plan.md\` | Minutes and objectives of each lesson |
| \`lessons/\` | The lessons for students: without outputs, without solutions |
| \`slides/\` | The lessons as slides, with their figures: \`jupyter nbconvert --to slides --SlidesExporter.reveal_scroll=True slides/${first?.number ?? "NN"}-*.ipynb\` draws one, which needs the Internet when it is shown |
| \`nbgrader/\` | A course for nbgrader: \`cd nbgrader\`, then \`nbgrader generate_assignment --assignment=NAME\` |

Students need qatlab itself: a clone with \`npm start\`, or the kernel in a Jupyter that they share. The lessons open in any folder.

## Collecting

Students hand in the notebooks that they ran, or a sheet that \`q.exercises.sheet("sheet.json", { name: "…" })\` wrote, or both. Put them into a
folder, one folder a student, and call

    npx qatlab grade FOLDER > checks.csv

That reads files and runs nothing. A saved notebook's verdicts are what its outputs say, and outputs can be edited. A sheet's signature shows that it
wasn't changed after it was written, not who answered. \`npx qatlab grade FOLDER --run\` runs each notebook anew and takes the verdicts of that run: it
runs what students wrote, on your machine and with your rights, so do it where nothing is to be lost, e.g. in a container.

The text of the lessons is under CC BY 4.0, their code under the MIT licence.
`;
}
