/**
 * A browser's `prompt`, `confirm` and `alert`, which wait as they do in Deno.
 *
 * @param ask asks the reader, and waits for the answer
 */
export function browserQuestions(ask: (prompt: string) => string) {
  return {
    prompt(message: unknown = "Prompt", defaultValue?: unknown): string | null {
      const shown = defaultValue === undefined ? `${message} ` : `${message} [${defaultValue}] `;
      const answer = ask(shown);
      if (answer !== "") return answer;
      return defaultValue === undefined ? null : String(defaultValue);
    },
    confirm(message: unknown = "Confirm"): boolean {
      return /^\s*y(es)?\s*$/i.test(ask(`${message} [y/N] `));
    },
    alert(message: unknown = "Alert"): void {
      ask(`${message} [Enter] `);
    },
  };
}
