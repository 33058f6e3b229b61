import { fileURLToPath } from "node:url";
import { findHost } from "../../display/find-host.js";

/** @internal A place in code, kept as an unread stack: reading one is slow, and seldom needed. */
export interface CallSite {
  /** Names of the functions and files, innermost first. */
  readonly stack: string;
}

/** The package, whose own frames aren't the caller's. */
const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Frames of TensorFlow.js's and of Node's aren't either. */
const foreign = /node_modules[\\/]@tensorflow|node:internal|<anonymous>\)?$/;

function isForeign(frame: string): boolean {
  const path = frame.replace("file://", "");
  return foreign.test(frame) || path.includes(`${root}src/`) || path.includes(`${root}dist/`);
}

/** @internal Where the program is now. */
export function callSite(): CallSite {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 50;
  const error = new Error();
  Error.stackTraceLimit = limit;
  return {
    get stack() {
      return error.stack ?? "";
    },
  };
}

/**
 * @internal
 * The caller's line, as in `step (/home/me/train.ts:12:5)`; where all of it is the library's, the
 * innermost function that has a name.
 */
export function describe({ stack }: CallSite): string {
  const frames = stack
    .split("\n")
    .map((line) => /^\s*at (.*)$/.exec(line)?.[1])
    .filter((frame) => frame !== undefined);
  const frame = frames.find((frame) => !isForeign(frame)) ?? frames[0];
  return frame ? (inNotebook(frame) ?? frame) : "an unknown place";
}

/** What a notebook's reader calls the place of a frame: the cell, and its line as it was written. */
function inNotebook(frame: string): string | undefined {
  const [, file, line, column] = /([^(]+):(\d+):(\d+)\)?$/.exec(frame) ?? [];
  return file && findHost().place?.(file, Number(line), Number(column));
}

/** @internal The function of tfjs's that makes random numbers in JavaScript, if the stack has one. */
export function randomOp({ stack }: CallSite): string | undefined {
  return /\b(randomUniform|randomNormal|truncatedNormal|randomGamma|randomStandardNormal|dropout|rand)_?\b(?=.*tfjs|.*@tensorflow)/.exec(
    stack,
  )?.[1];
}
