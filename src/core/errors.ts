/** What kind of mistake an error reports; callers branch on this, people read the message. */
export type ErrorCode =
  | 'bad-file' // a file cannot be read as what it claims to be
  | 'bad-data' // files are readable but do not fit together (sizes, labels, splits)
  | 'bad-config' // a setting is unknown, out of range or contradicts another
  | 'bad-usage' // a command was called with wrong or missing arguments
  | 'stale' // what was asked for is based on something that has changed meanwhile
  | 'unauthorised' // who asks does not have the token of this studio
  | 'unreachable' // an archive does not answer, or refuses
  | 'unwritable' // an output cannot be written
  | 'unsupported' // understood, but not available here
  | 'shape'; // graph construction with tensors that do not fit

export interface ErrorDetails {
  /** The file, case, setting or operator the message is about. */
  readonly subject?: string;
  /** What the person can do next, one sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * An error a person can act on: its message names the file or field, says what was expected and what to do next.
 * The command line prints the message alone, without a stack trace.
 *
 * @example
 * throw new PatchclError('bad-file', 'the PNG ends before its last pixel row', {
 *   subject: 'masks/a.png', hint: 'Copy the file again from its source.' });
 */
export class PatchclError extends Error {
  override readonly name = 'PatchclError';
  readonly code: ErrorCode;
  /** What is wrong, without subject and hint. */
  readonly problem: string;
  readonly subject: string | undefined;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, problem: string, details: ErrorDetails = {}) {
    const { subject, hint, cause } = details;
    // A line end in a file's name would make two messages of one.
    const about = subject?.replace(/[\r\n]/g, ' ');
    const sentence = `${about === undefined ? '' : `${about}: `}${problem.replace(/\.$/, '')}.`;
    super(hint === undefined ? sentence : `${sentence} ${hint}`, cause === undefined ? {} : { cause });
    this.code = code;
    this.problem = problem;
    this.subject = subject;
    this.hint = hint;
  }
}

/** What was thrown, in words for a person. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What was thrown and where, for whoever mends it. */
export function traceOf(error: unknown): string {
  return error instanceof Error ? String(error.stack) : String(error);
}

/** One sentence for a person's mistake, the stack for ours, about one of many things, for work that goes on without it. @param subject what the work was about */
export function failureText(subject: string, error: unknown): string {
  if (error instanceof PatchclError) return error.message;
  return `${subject}: ${bugText(error)}`;
}

/** What is said of a mistake that is ours. */
export function bugText(error: unknown): string {
  return `this is a bug, please report it.\n${traceOf(error)}`;
}
