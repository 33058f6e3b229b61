import { type Notebook, type NotebookCell, text } from "../parameters.js";
import { isExercise } from "./facts.js";

/**
 * A lesson in nbgrader's form (metadata of schema 3). Each exercise becomes two cells: one for the answer, and a locked
 * one that checks it and counts a point. A wrong answer throws an error, by which nbgrader knows that it is wrong.
 */
export function nbgraderCopy(notebook: Notebook): Notebook {
  const cells = notebook.cells.flatMap((cell) => {
    const source = text(cell.source);
    if (cell.cell_type === "code") return isExercise(source) ? exercise(cell) : [cell];
    return [
      { ...cell, source: source.replace(/Each cell shows its question\.[\s\S]*?hint\./, told) },
    ];
  });
  return { ...notebook, cells };
}

const told =
  "Each exercise shows its question. Give the variable below it your answer. The locked cell behind says whether it is right, or else gives a hint.";

function exercise(cell: NotebookCell): NotebookCell[] {
  const [, id = "", form = ""] =
    /^q\.exercises\.check\("([^"]+)", undefined\)(?:\s*\/\/ ?(.*))?/.exec(text(cell.source)) ?? [];
  const name = id.replace(".", "_");
  const part = (kind: string, source: string, nbgrader: object): NotebookCell => ({
    cell_type: "code",
    id: `${kind}-${name}`,
    execution_count: null,
    outputs: [],
    metadata: {
      nbgrader: { grade_id: `${kind}_${name}`, schema_version: 3, task: false, ...nbgrader },
    },
    source,
  });
  const question: NotebookCell = {
    cell_type: "code",
    id: `question-${name}`,
    execution_count: null,
    outputs: [],
    metadata: {},
    source: `q.exercises.check("${id}") // shows the question`,
  };
  return [
    question,
    part("answer", `let answer_${name}: unknown; // ${form}\n// BEGIN SOLUTION\n// END SOLUTION`, {
      grade: false,
      locked: false,
      solution: true,
    }),
    part(
      "check",
      [
        `const verdict_${name} = q.exercises.check("${id}", answer_${name});`,
        `q.display(verdict_${name});`,
        `if (!verdict_${name}.right) throw new Error("${id} is " + verdict_${name}.state);`,
      ].join("\n"),
      { grade: true, locked: true, solution: false, points: 1 },
    ),
  ];
}

/** The configuration of an nbgrader course of these lessons. */
export const nbgraderConfig = `# An nbgrader course of the lessons of qatlab, for nbgrader 0.9:
#   nbgrader generate_assignment --assignment=LESSON     writes release/LESSON
#   nbgrader autograde --assignment=LESSON               runs the students' notebooks from submitted/
#
# Autograding runs what students wrote, on this machine, with your rights: see the README beside this folder.
c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "qatlab"
# nbgrader has no words of its own for TypeScript.
c.ClearSolutions.code_stub = {
    "typescript": "// Give the variable above your answer here, as in: answer = 8;",
    "javascript": "// Give the variable above your answer here, as in: answer = 8;",
}
# A training takes longer than the thirty seconds that nbgrader waits for a cell.
c.ExecutePreprocessor.timeout = 600
`;
