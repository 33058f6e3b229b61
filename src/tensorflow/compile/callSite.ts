/** @internal A place in code, kept as an unread stack: reading one is slow, and seldom needed. */
export interface CallSite {
  /** Names of the functions and files, innermost first. */
  readonly stack: string;
}

/** Frames that aren't the caller's: TensorFlow.js, the library, and Node itself. */
const foreign = /node_modules[\\/]@tensorflow|node:internal|[\\/](src|dist)[\\/]tensorflow[\\/]/;

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
  return frames.find((frame) => !foreign.test(frame)) ?? frames[0] ?? "an unknown place";
}

/** @internal The function of tfjs's that makes random numbers in JavaScript, if the stack has one. */
export function randomOp({ stack }: CallSite): string | undefined {
  return /\b(randomUniform|randomNormal|truncatedNormal|randomGamma|randomStandardNormal|dropout|rand)_?\b(?=.*tfjs|.*@tensorflow)/.exec(
    stack,
  )?.[1];
}
