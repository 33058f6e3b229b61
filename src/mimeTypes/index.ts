/**
 * The MIME types of what notebooks hold as data for programs. They stand apart from the rooms that write them, so
 * that a program which only reads notebooks loads neither those nor TensorFlow.
 */

/** The MIME type under which a claim travels as data: tests and tables of results collect it. */
export const claimMimeType = "application/vnd.qatlab.claim+json";

/** The MIME type under which the verdict on an exercise travels as data: the grader and the tests collect it. */
export const exerciseMimeType = "application/vnd.qatlab.exercise+json";
