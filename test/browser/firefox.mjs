import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * The machine's Firefox, headless, for programs that are run by hand: playwright-core drives its own build of Firefox only, so
 * this speaks WebDriver BiDi, as far as `test/site/lesson.mjs` needs it. Node 20 has WebSocket by `--experimental-websocket` only.
 *
 * @param {string} [program]
 */
export async function launchFirefox(program = "firefox-esr") {
  const profile = mkdtempSync(join(tmpdir(), "qatlab-firefox-"));
  const port = await freePort();
  const options = ["--headless", "--no-remote", "--profile", profile];
  const firefox = spawn(program, [...options, "--remote-debugging-port", String(port)], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, HOME: profile },
  });
  for await (const text of firefox.stderr) if (/BiDi listening/.test(String(text))) break;
  const session = new Session(new WebSocket(`ws://127.0.0.1:${port}/session`));
  await session.open();
  return {
    /** @param {{ viewport?: { width: number, height: number } }} [options] */
    async newPage({ viewport } = {}) {
      const { context } = await session.send("browsingContext.create", { type: "tab" });
      if (viewport) await session.send("browsingContext.setViewport", { context, viewport });
      return new FirefoxPage(session, context);
    },
    async close() {
      await session.send("browser.close");
      if (firefox.exitCode === null) await once(firefox, "exit");
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

class Session {
  #count = 0;
  /** @type {Map<number, (answer: any) => void>} */
  #waiting = new Map();
  /** @type {((text: string, url: string) => void)[]} */
  onError = [];

  /** @param {WebSocket} socket */
  constructor(socket) {
    this.socket = socket;
    socket.onmessage = ({ data }) => {
      const { id, method, params, ...answer } = JSON.parse(data);
      this.#waiting.get(id)?.(answer);
      if (method !== "log.entryAdded" || params.level !== "error") return;
      for (const tell of this.onError)
        tell(params.text ?? "", params.stackTrace?.callFrames?.[0]?.url);
    };
  }

  async open() {
    await new Promise((resolve) => {
      this.socket.onopen = resolve;
    });
    await this.send("session.new", { capabilities: {} });
    await this.send("session.subscribe", { events: ["log.entryAdded"] });
  }

  /**
   * @param {string} method
   * @param {object} [params]
   * @returns {Promise<any>}
   */
  async send(method, params = {}) {
    const id = ++this.#count;
    const { error, message, result } = await new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.socket.send(JSON.stringify({ id, method, params }));
    });
    if (error) throw new Error(`${method}: ${error}: ${message}`);
    return result;
  }
}

/** A page with the methods of Playwright's that the programs for lessons call. */
class FirefoxPage {
  /**
   * @param {Session} session
   * @param {string} context
   */
  constructor(session, context) {
    this.session = session;
    this.context = context;
  }

  /**
   * @param {string} event
   * @param {(message: any) => void} listener
   */
  on(event, listener) {
    if (event !== "console") return;
    this.session.onError.push((text, url = "") =>
      listener({ type: () => "error", text: () => text, location: () => ({ url }) }),
    );
  }

  /** @param {string} url */
  async goto(url) {
    await this.session.send("browsingContext.navigate", { ...this.#target, url, wait: "none" });
  }

  /**
   * @param {Function | string} body
   * @param {unknown} [argument]
   */
  async evaluate(body, argument) {
    const value = argument === undefined ? "" : JSON.stringify(argument);
    const expression = `(async () => JSON.stringify((await (${body})(${value})) ?? null))()`;
    const { result, exceptionDetails } = await this.session.send("script.evaluate", {
      expression,
      target: this.#target,
      awaitPromise: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    return JSON.parse(result.value);
  }

  /**
   * @param {Function} body
   * @param {unknown} _argument
   * @param {{ timeout?: number }} [options]
   */
  async waitForFunction(body, _argument, { timeout = 30_000 } = {}) {
    for (const end = Date.now() + timeout; Date.now() < end; ) {
      // A page that is loaded again has no place for an evaluation meanwhile.
      if (await this.evaluate(`async () => Boolean(await (${body})())`).catch(() => false)) return;
      await this.waitForTimeout(250);
    }
    throw new Error(`not true within ${timeout} ms: ${body}`);
  }

  /** @param {number} time in milliseconds */
  waitForTimeout(time) {
    return new Promise((resolve) => setTimeout(resolve, time));
  }

  async screenshot() {}

  get #target() {
    return { context: this.context };
  }
}

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  server.close();
  return port;
}
