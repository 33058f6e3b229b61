import { createContext } from "../setup/context.mjs";
import { courseFolder, resetCourse } from "../setup/course.mjs";
import { SetupError } from "../setup/error.mjs";
import { parseArguments, wrongUsage } from "./arguments.mjs";

const usage = `usage: qatlab reset LESSON… | --all

Gives lessons in ${courseFolder}/ back as they were, as in: npx qatlab reset 06
A lesson that you have changed is kept beside, under a name with the date. Ticks of exercises stay.

  --all   every lesson
`;

/**
 * `qatlab reset`: gives lessons back as they were.
 *
 * @param {string[]} args
 * @returns {Promise<number>} The exit status.
 */
export async function reset(args) {
  const parsed = parseArguments(args, {
    usage,
    options: { all: { type: "boolean", default: false } },
    positionals: true,
  });
  if (!parsed) return 0;
  const { values, positionals } = parsed;
  if (values.all === positionals.length > 0) {
    const said = values.all ? `${positionals.join(" ")} and --all` : "none";
    throw wrongUsage(`invalid lessons: ${said} (expected lessons or --all)`, usage);
  }
  const context = createContext();
  if (context.kind !== "clone") {
    throw new SetupError("the lessons lie in a clone of qatlab, not in the package", {
      hint: "Call it in the clone's folder.",
    });
  }
  for (const { file, kept } of resetCourse(context, positionals)) {
    const beside = kept === undefined ? "" : ` (yours is kept as ${courseFolder}/${kept})`;
    process.stdout.write(`${courseFolder}/${file} is as it was${beside}\n`);
  }
  return 0;
}
