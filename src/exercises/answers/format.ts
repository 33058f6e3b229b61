import type { IntegerFormat } from "../../quantizers/index.js";
import { isFormat } from "../../quantizers/index.js";
import { type Kind, open } from "../exercise.js";
import { describe } from "./number.js";

const traits = ["kind", "bits", "per", "groupSize", "symmetric", "narrowRange"] as const;

/** @internal An integer format. The verdict names the first wrong property, but not its right value. */
export function format(): Kind<IntegerFormat> {
  return {
    compare(answer, expected) {
      if (answer === undefined) return open;
      if (!isFormat(answer)) {
        return `a format is asked for, as in q.int(8), not ${describe(answer)}`;
      }
      const wrong = traits.find((trait) => answer[trait] !== expected[trait]);
      return wrong && `its ${wrong}, ${answer[wrong]}, isn't right`;
    },
  };
}
