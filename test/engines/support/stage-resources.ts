import type { Resource } from './templates.ts';

export const nameOf = ({ properties }: Resource, name: string) => String(properties[name]);

/** Of a test before this one it may be there, or not. */
export async function orNothing(sent: Promise<unknown>): Promise<void> {
  await sent.catch((error: Error) => {
    if (!/NotFound|AlreadyExists|InvalidRequest/.test(error.name)) throw error;
  });
}
