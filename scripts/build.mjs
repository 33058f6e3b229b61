import { report } from "./setup/error.mjs";
import { setUp } from "./setup/index.mjs";

// The build is a step of the set-up: what it needs is there first, and nothing is built twice.
setUp({ retry: false }).catch((error) => {
  report(error);
  process.exitCode = 1;
});
