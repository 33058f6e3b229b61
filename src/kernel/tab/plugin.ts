import { type SharedScope, shared } from "../../jupyterlab/index.js";
import type { FrontEndMessage } from "./frontEnd.js";
import { TabKernel } from "./kernel.js";
import { type Contents, ReaderFiles } from "./readerFiles.js";
import { type Files, startThreads, type Threads } from "./threads.js";

interface KernelOptions {
  id: string;
  name: string;
  location: string;
  sendMessage: (message: FrontEndMessage) => void;
}

interface KernelSpecs {
  register(kernel: { spec: object; create: (options: KernelOptions) => Promise<object> }): void;
}

interface Application {
  readonly serviceManager: { readonly contents: Contents };
}

interface KernelClient {
  interrupt(id: string): Promise<void>;
}

/**
 * The JupyterLite plugin: offers the kernel, and has its interrupts reach it.
 *
 * @param scope the packages that JupyterLite shares
 * @param files where the kernel's files are
 */
export async function createPlugin(scope: SharedScope, files: Files & { logo: string }) {
  // The page's address ends in `&full` where lessons shall compute their full form.
  const options = { full: new URLSearchParams(globalThis.location.search).has("full") };
  const { IKernelSpecs, IKernelClient } = await shared(scope, "@jupyterlite/services");
  const { Signal } = (await shared(scope, "@lumino/signaling")) as {
    Signal: new (sender: object) => { emit(value: unknown): void };
  };
  const kernels = new Map<string, TabKernel>();
  let readerFiles: ReaderFiles | undefined;
  // The first kernel's workers load while the page is drawn.
  let prepared: Threads | null = startThreads(files, options);

  async function create({ id, name, location, sendMessage }: KernelOptions): Promise<object> {
    const threads = prepared ?? startThreads(files, options);
    prepared = null;
    const kernel = new TabKernel(sendMessage, threads, files);
    kernels.set(id, kernel);
    const leave = readerFiles?.follow((name, file) => kernel.addFile(name, file));
    const holder = {
      ...{ id, name, location },
      ready: Promise.resolve(),
      isDisposed: false,
      disposed: undefined as unknown as { emit(value: unknown): void },
      handleMessage: async (message: FrontEndMessage) => kernel.handleMessage(message),
      dispose(): void {
        if (holder.isDisposed) return;
        holder.isDisposed = true;
        kernels.delete(id);
        leave?.();
        kernel.close();
        holder.disposed.emit(undefined);
      },
    };
    holder.disposed = new Signal(holder);
    return holder;
  }

  return {
    id: "qatlab:kernel",
    description: "Runs TypeScript notebooks in this tab.",
    autoStart: true,
    requires: [IKernelSpecs, IKernelClient],
    activate(application: Application, specs: KernelSpecs, client: KernelClient): void {
      const spec = {
        name: "qatlab",
        display_name: "TypeScript (qatlab)",
        language: "typescript",
        argv: [],
        resources: { "logo-32x32": files.logo, "logo-64x64": files.logo, "logo-svg": files.logo },
      };
      readerFiles = new ReaderFiles(application.serviceManager.contents);
      specs.register({ spec, create });
      const interrupt = client.interrupt.bind(client);
      client.interrupt = async (id) => {
        // JupyterLite's own interrupt only drops cells that wait.
        await Promise.all([interrupt(id), kernels.get(id)?.interrupt()]);
      };
    },
  };
}
