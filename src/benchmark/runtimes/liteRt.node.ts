import { env } from "node:process";
import { type Contender, checkShape, type Entry } from "../contender.js";
import { PythonProgram } from "./pythonProgram.node.js";

/** @internal The Python that runs LiteRT, unless the caller names one: that of `QATLAB_PYTHON`, or `python3`. */
export function defaultPython(): string {
  return env.QATLAB_PYTHON ?? "python3";
}

/** The answer to a file that is opened. */
interface Opened {
  id: number;
  shapes: number[][];
  runtime: string;
}

/**
 * @internal
 * Opens `.tflite` files in LiteRT, all in one Python process.
 *
 * @throws Error if Python, or its module ai_edge_litert, isn't there, or if LiteRT refuses a file; TypeError if a
 *   file takes other inputs
 */
export async function openLiteRt(entries: readonly Entry[], python: string): Promise<Contender[]> {
  if (entries.length === 0) return [];
  const program = new PythonProgram(python);
  try {
    const contenders: Contender[] = [];
    for (const entry of entries) contenders.push(await open(program, entry, python));
    return contenders;
  } catch (error) {
    program.end();
    throw error;
  }
}

async function open(program: PythonProgram, entry: Entry, python: string): Promise<Contender> {
  const { name, path, bytes, threads, shape } = entry;
  const answer = await program.ask<Opened | { missing: string }>({ open: path, threads });
  if ("missing" in answer) {
    throw new Error(
      `q.benchmark runs ${name} in LiteRT, whose Python module isn't installed (${python} -m pip install ${answer.missing})`,
    );
  }
  const { id, shapes, runtime } = answer;
  checkShape(path, shapes.length, shapes[0]!, shape);
  return {
    ...{ name, bytes, threads, runtime },
    batch: shapes[0]![0]!,
    run: async (values) =>
      Float32Array.from(await program.ask<number[]>({ run: id, values: [...values] })),
    time: (values, calls) => program.ask<number[]>({ time: id, values: [...values], calls }),
    close: async () => program.end(),
  };
}
