import { randomBytes } from 'node:crypto';

/**
 * Sortable by time, and unlike any other: `20201231T235959-1f2e3d`.
 * @param unlike six hexadecimal digits; where the same are given again, it is the same run
 */
export function newRunId(now: number, unlike: string = randomBytes(3).toString('hex')): string {
  return `${new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '')}-${unlike}`;
}

export const RUN_ID = /^\d{8}T\d{6}-[0-9a-f]{6}$/;
