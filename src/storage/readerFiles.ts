/**
 * @internal
 * The files that the reader has given to the page, by name: the page hands them to the worker in which cells run. The library finds
 * a file by its name here before it asks the server.
 */
export const readerFiles = new Map<string, Blob>();
