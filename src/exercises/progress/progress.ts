import { course } from "../course.js";
import { numbered, readKept, takenAlong } from "./keep.js";
import { CourseMap, type MapLesson } from "./map.js";
import { titleOf } from "./record.js";

/**
 * The map of the course with a tick for each solved exercise. {@link check} keeps an exercise when its answer is
 * right, in a file that outlives the notebook: `QATLAB_PROGRESS` names it (`off`: nothing is kept), else it is
 * `qatlab/progress.jsonl` in the platform's folder of the user's data. A file with lines that can't be read is told
 * and kept aside, and the other lines count on. In a browser tab the exercises are kept by the browser, and the map has a link that
 * downloads them as such a file.
 *
 * @returns the map, which shows itself
 * @example
 * const map = q.exercises.progress();
 * map.lessons.find(({ number }) => number === "06")!.exercises[1]!.title; // "How few epochs?"
 */
export function progress(): CourseMap {
  const { path, solved, remark } = readKept();
  const exercises = numbered();
  const lessons = course.map(
    ({ number, title, file }): MapLesson => ({
      number,
      title,
      file,
      exercises: exercises
        .filter(([id]) => id.startsWith(`${number}.`))
        .map(([id, exercise]) => ({
          id,
          title: titleOf(exercise),
          solved: solved.get(id)?.time ?? null,
        })),
    }),
  );
  const off = path === undefined ? "Nothing is kept: QATLAB_PROGRESS is off." : "";
  return new CourseMap(lessons, remark || off, takenAlong());
}
