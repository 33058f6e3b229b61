import { existsSync } from "node:fs";
import { join } from "node:path";
import * as build from "./build.mjs";
import { createContext } from "./context.mjs";
import * as frontend from "./frontend.mjs";
import { withLock } from "./lock.mjs";
import * as natives from "./natives.mjs";
import { checkNode } from "./node.mjs";
import * as npm from "./npm.mjs";
import { endOnSignals } from "./process.mjs";
import { createProgress } from "./progress.mjs";
import { findPython } from "./python.mjs";
import { requireRoom } from "./tensorflow.mjs";
import * as venv from "./venv.mjs";

/** @typedef {import("./context.mjs").Context} Context */
/** @typedef {import("./progress.mjs").Progress} Progress */
/** @typedef {{ tests: boolean, retry: boolean }} Options */

/**
 * Sets up all parts that are not set up yet. Independent steps run at the same time. A step is skipped if
 * its inputs are the same as when it last succeeded.
 *
 * @param {object} [options]
 * @param {Context} [options.context]
 * @param {boolean} [options.tests] Whether to set up also the parts that only tests need (default `false`).
 * @param {boolean} [options.retry] Whether to try again to get a TensorFlow that was not available (default
 *   `true`).
 * @param {Progress} [options.progress]
 * @returns {Promise<Context>}
 * @throws {import("./error.mjs").SetupError} If the set-up can't go on; the message says what is missing.
 */
export async function setUp({
  context = createContext(),
  tests = false,
  retry = true,
  progress = createProgress(),
} = {}) {
  checkNode();
  const options = { tests, retry };
  if (isFresh(context, options)) return context;
  const stopListening = endOnSignals();
  try {
    const onWait = (/** @type {{ pid: number }} */ { pid }) =>
      progress.print(`… waiting for another set-up of this clone (process ${pid})`);
    const perform = () => performAll(context, options, progress);
    await withLock(join(context.state, "setup.lock"), perform, { onWait });
  } finally {
    stopListening();
  }
  return context;
}

/**
 * Whether there is nothing left to do. It starts no program and reads no large file.
 *
 * @param {Context} context
 * @param {Options} options
 */
export function isFresh(context, { tests, retry }) {
  if (context.kind === "package") return natives.fresh(context, { retry });
  return (
    npm.fresh(context) &&
    existsSync(join(context.root, "node_modules", "qatlab")) &&
    venv.fresh(context) &&
    venv.requirements.fresh(context, "course") &&
    (!tests || venv.requirements.fresh(context, "tests")) &&
    build.fresh(context) &&
    frontend.fresh(context, frontend.ownJupyter(context)) &&
    natives.fresh(context, { retry })
  );
}

/**
 * @param {Context} context
 * @param {Options} options
 * @param {Progress} progress
 */
async function performAll(context, { tests, retry }, progress) {
  // Missing parts are reported before anything long begins.
  if (context.kind === "clone" && !venv.fresh(context)) findPython();
  if (!natives.fresh(context, { retry })) requireRoom(context);

  // npm deletes node_modules, and with it the binding and the kernels, which were in place until then.
  const replacesPackages = context.kind === "clone" && !npm.fresh(context);

  /** @type {Promise<unknown>[]} */
  const branches = [];
  /**
   * Starts a chain of steps. If the chain fails, the other chains go on, so that the next run has less to
   * do.
   *
   * @param {() => Promise<unknown>} task
   */
  const branch = (task) => {
    const promise = task();
    branches.push(promise);
    return promise;
  };

  if (context.kind === "package") {
    const done = Promise.resolve();
    branch(() => natives.perform(context, { progress, environment: done, packages: done }));
  } else {
    const packages = branch(async () => {
      if (!npm.fresh(context))
        await progress.step(npm.title, (report) => npm.perform(context, report));
      npm.linkSelf(context);
    });
    const environment = branch(async () => {
      if (!venv.fresh(context)) await progress.step(venv.title, () => venv.perform(context));
    });
    const { requirements } = venv;
    const jupyter = branch(async () => {
      await environment;
      for (const which of /** @type {const} */ (["course", "tests"])) {
        if (which === "tests" && !tests) continue;
        if (requirements.fresh(context, which)) continue;
        await progress.step(requirements.title[which], (report) =>
          requirements.perform(context, which, report),
        );
      }
    });
    branch(async () => {
      await packages;
      if (!build.fresh(context)) await progress.step(build.title, () => build.perform(context));
      await jupyter;
      if (!frontend.fresh(context, frontend.ownJupyter(context))) await frontend.perform(context);
    });
    branch(async () => {
      if (natives.fresh(context, { retry }) && !replacesPackages) return;
      await natives.perform(context, { progress, environment, packages });
    });
  }
  const results = await Promise.allSettled(branches);
  const failure = results.find((result) => result.status === "rejected");
  if (failure) throw failure.reason;
}
