/** What Node calls an error of the system, such as `ENOENT`; empty for other errors. */
export const errorCode = (cause: unknown) => (cause instanceof Error && 'code' in cause ? String(cause.code) : '');
