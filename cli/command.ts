import { LandfallError } from '../core/problems.ts';

export interface Command {
  readonly help: string;
  /** @returns the exit code: 0 done, 1 failed, 2 wrong usage, 3 done, but rows or files were refused. */
  readonly run: (args: readonly string[]) => Promise<number>;
}

/** The options that every command on the local state takes. */
export const STATE = { state: { type: 'string', default: '.landfall' } } as const;
/** Taken by every command about a state folder, so that nobody needs to know which of them read it. */
export const PROJECT = { project: { type: 'string' } } as const;
/** Where a command works: on the local state, or on a deployed stage. */
export const TARGET = {
  target: { type: 'string', default: 'local' },
  stage: { type: 'string', default: 'dev' },
} as const;

/** @throws LandfallError exit code 2 */
export function isAws({ target, stage }: { readonly target: string; readonly stage: string }): boolean {
  const usage = (message: string) => new LandfallError({ code: 'usage', message }, 2);
  if (target !== 'local' && target !== 'aws') throw usage(`unknown target "${target}", expected local or aws`);
  if (!/^[a-z][a-z0-9]{0,15}$/.test(stage)) throw usage(`--stage "${stage}": expected letters and digits, at most 16`);
  return target === 'aws';
}

/**
 * Options that say something of a laptop, where a deployed stage was asked.
 *
 * @param refused by the option's name, what to do instead
 * @throws LandfallError exit code 2
 */
export function refuseLocal(args: readonly string[], refused: Readonly<Record<string, string>>): void {
  for (const [name, hint] of Object.entries(refused)) {
    if (!args.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`))) continue;
    throw new LandfallError({ code: 'usage', message: `--${name} goes with no --target aws`, hint }, 2);
  }
}
