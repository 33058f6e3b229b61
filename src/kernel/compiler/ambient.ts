/**
 * The declarations of what the kernel adds to the global object, for the types of cells. Each function may stand
 * beside one of the DOM's library, as an overload.
 */
export const ambient = `
/**
 * Asks the reader for a line of text, in a field below the cell.
 *
 * @param prompt the words before the field
 * @param options.password whether the text is hidden while it is typed
 * @throws Error if the front end takes no input, as in \`nbconvert --execute\`
 * @example
 * const name = await input("Your name: ");
 */
declare function input(prompt?: string, options?: { password?: boolean }): Promise<string>;
/** Asks the reader for a line of text and waits; null if the line is empty and there is no default. */
declare function prompt(message?: string, defaultValue?: string): string | null;
/** Asks the reader a question and waits; true if the answer is y or yes. */
declare function confirm(message?: string): boolean;
/** Shows a message and waits until the reader has confirmed it. */
declare function alert(message?: string): void;
`;
