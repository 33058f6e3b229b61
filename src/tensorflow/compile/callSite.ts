import { findHost } from "../../display/index.js";

/** @internal A place in code, kept as an unread stack: reading one is slow, and seldom needed. */
export interface CallSite {
  /** The names of the functions and files, the innermost first. */
  readonly stack: string;
}

/** @internal The place of what was made by no code of the caller's, or that nobody will ask for. */
export const nowhere: CallSite = { stack: "" };

/** The frames of TensorFlow.js and Node, which aren't the caller's. */
const foreign = /node_modules[\\/]@tensorflow|node:internal|<anonymous>\)?$/;

/** The path of the package, whose frames aren't the caller's. */
const root = () => decodeURIComponent(new URL("../../../", import.meta.url).pathname);

function isForeign(frame: string, root: string): boolean {
  const path = frame.includes("file://") ? decodeURIComponent(frame.replace("file://", "")) : frame;
  return foreign.test(frame) || path.includes(`${root}src/`) || path.includes(`${root}dist/`);
}

/** @internal The place where the program is now. */
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
 * The caller's line, as in `step (/home/me/train.ts:12:5)`; if all frames are the library's, the innermost
 * function that has a name.
 */
export function describe({ stack }: CallSite): string {
  const frames = stack
    .split("\n")
    .map((line) => /^\s*at (.*)$/.exec(line)?.[1])
    .filter((frame) => frame !== undefined);
  const library = root();
  const frame = frames.find((frame) => !isForeign(frame, library)) ?? frames[0];
  return frame ? (inNotebook(frame) ?? frame) : "an unknown place";
}

/** The place of a frame as a notebook's reader knows it: the cell, and the line as it was written. */
function inNotebook(frame: string): string | undefined {
  const [, name, line] = /([^(]+):(\d+):\d+\)?$/.exec(frame) ?? [];
  return name && findHost().place?.(name, Number(line));
}

/** @internal The function of tfjs's that makes random numbers in JavaScript, if the stack has one. */
export function randomOp({ stack }: CallSite): string | undefined {
  return /\b(randomUniform|randomNormal|truncatedNormal|randomGamma|randomStandardNormal|dropout|rand)_?\b(?=.*tfjs|.*@tensorflow)/.exec(
    stack,
  )?.[1];
}
