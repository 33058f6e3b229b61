const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/** A response with the headers that isolate a page, which some hosts can't send. */
export function isolated(response: Response): Response {
  // A redirection, and an answer that a script may not read, pass as they are.
  if (response.status === 0) return response;
  const isolating = new Headers(response.headers);
  for (const [name, value] of Object.entries(headers)) isolating.set(name, value);
  const { status, statusText } = response;
  const body = [204, 205, 304].includes(status) ? null : response.body;
  return new Response(body, { status, statusText, headers: isolating });
}
