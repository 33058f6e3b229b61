import type { SharedScope } from "./host.js";

/**
 * A package that JupyterLab shares with extensions.
 *
 * @throws Error if this JupyterLab doesn't share it
 */
export async function shared(scope: SharedScope, name: string): Promise<Record<string, unknown>> {
  const versions = Object.values(scope[name] ?? {});
  if (versions.length === 0) {
    throw new Error(`JupyterLab doesn't share ${name} (expected JupyterLab 4, or JupyterLite 0.8)`);
  }
  return (await versions[0]!.get())();
}
