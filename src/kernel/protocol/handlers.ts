import type { CellLanguage } from "../compiler/types.js";
import type { Comms } from "./comms.js";
import type { CompilerClient } from "./compilerClient.js";
import { complete } from "./completion.js";
import { cursor, text } from "./fields.js";
import type { History } from "./history/history.js";
import { kernelInfo, type Versions } from "./info.js";
import type { MainClient } from "./mainClient.js";
import type { Request } from "./wire.js";

/** Makes the content of the reply to a request. */
export type Handler = (
  content: Record<string, unknown>,
  request: Request,
) => object | Promise<object>;

/** The objects that answer requests, and what the kernel says of itself. */
export interface HandlerParts {
  language: CellLanguage;
  compiler: CompilerClient;
  main: MainClient;
  history: History;
  comms: Comms;
  versions: Versions;
  /** Whether there is a debugger. */
  debugs: boolean;
}

/** The requests that are answered alike wherever the kernel runs, also while a cell runs. */
export function createHandlers(parts: HandlerParts): Record<string, Handler> {
  const { language, compiler, history, comms, versions, debugs } = parts;
  const place = (content: Record<string, unknown>): [string, number] => {
    const code = text(content, "code");
    return [code, cursor(content, code)];
  };
  return {
    kernel_info_request: () => kernelInfo(language, versions, { debugs }),
    complete_request: (content) => complete(...place(content), parts),
    inspect_request: async (content) => {
      const detail = content.detail_level === 1 ? 1 : 0;
      const { found, data } = await compiler.call("inspect", ...place(content), detail);
      return { status: "ok", found, data, metadata: {} };
    },
    is_complete_request: async (content) => {
      const { status, indent } = await compiler.call("isComplete", text(content, "code"));
      return status === "incomplete" ? { status, indent } : { status };
    },
    history_request: (content) => ({ status: "ok", history: history.find(content) }),
    comm_info_request: (content) => comms.info(content),
    comm_open: (_, request) => comms.take("open", request),
    comm_msg: (_, request) => comms.take("msg", request),
    comm_close: (_, request) => comms.take("close", request),
  };
}
