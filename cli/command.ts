export interface Command {
  readonly help: string;
  /** @returns the exit code: 0 done, 1 failed, 2 wrong usage, 3 done, but rows or files were refused. */
  readonly run: (args: readonly string[]) => Promise<number>;
}

/** The options that every command on the local state takes. */
export const STATE = { state: { type: 'string', default: '.landfall' } } as const;
/** Taken by every command about a state folder, so that nobody needs to know which of them read it. */
export const PROJECT = { project: { type: 'string' } } as const;
