const refusal = "q.export.page needs files, which a browser doesn't have (export in Node)";

/** @throws Error if the function is called */
export async function linkScript(_entries: readonly string[]): Promise<string> {
  throw new Error(refusal);
}

/** @throws Error if the function is called */
export function policyHash(_text: string): string {
  throw new Error(refusal);
}
