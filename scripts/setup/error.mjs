/** An error that the set-up can explain: it names the missing part and the remedy. */
export class SetupError extends Error {
  /**
   * @param {string} message The fault.
   * @param {{ hint?: string, detail?: string }} [options] `hint`: the remedy; `detail`: the last lines of
   *   the program that failed.
   */
  constructor(message, { hint, detail } = {}) {
    super(message);
    this.name = "SetupError";
    this.hint = hint;
    this.detail = detail;
  }
}

const causes = [
  {
    signs: /ENOSPC|EDQUOT|No space left on device|Disk quota exceeded|errno 28\b/i,
    message: "the disk is full",
    hint: "Free some space, or set QATLAB_CACHE to a folder on a larger disk; then run the same command again.",
  },
  {
    signs:
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|Name or service not known|Temporary failure in name resolution|Connection refused|ConnectTimeout|Max retries exceeded|NewConnectionError|connection broken by|Network is unreachable/i,
    message: "the network was not reached",
    hint: "Check the connection and the proxy or mirror settings (npm config get registry; pip config list); then run the same command again.",
  },
  {
    signs: /CERTIFICATE_VERIFY_FAILED|SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF|UNABLE_TO_GET_ISSUER/i,
    message: "a server's certificate was not trusted",
    hint: "Behind a company proxy, name its certificate: NODE_EXTRA_CA_CERTS for npm, PIP_CERT for pip.",
  },
  {
    signs: /EACCES|EPERM|EROFS|Permission denied|Read-only file system/i,
    message: "a file could not be written",
    hint: "Check who owns the project's folder and the cache (QATLAB_CACHE); set-up never needs root.",
  },
];

/**
 * The likely cause behind an error's text, or `undefined`.
 *
 * @param {string} text
 * @example
 * causeOf("ENOSPC: no space left on device, write")?.message // "the disk is full"
 */
export function causeOf(text) {
  return causes.find(({ signs }) => signs.test(text));
}

/**
 * Any error as a SetupError; an error with a known cause gets that cause's hint.
 *
 * @param {unknown} error
 * @returns {SetupError}
 */
export function explain(error) {
  if (error instanceof SetupError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const cause = causeOf(text);
  if (cause) return new SetupError(`${cause.message} (${text})`, { hint: cause.hint });
  return new SetupError(text, { detail: error instanceof Error ? error.stack : undefined });
}

/**
 * Prints an error as `npm start` and the others show it.
 *
 * @param {unknown} error
 */
export function report(error) {
  const { message, hint, detail } = explain(error);
  if (detail) process.stderr.write(`\n${detail.trimEnd()}\n`);
  process.stderr.write(`\n[FAIL] ${message}\n`);
  if (hint) process.stderr.write(`       ${hint.replace(/\n/g, "\n       ")}\n`);
}
