import { LandfallError, type Problem } from '../core/problems.ts';
import type { GenerateOptions } from './types.ts';

/** Above this a data set no longer fits five-digit identifiers. */
const LARGEST_SCALE = 100;

/** @throws LandfallError (wrong usage) that names every option out of range */
export function checkOptions({ scale, seed }: GenerateOptions): void {
  const problems: Problem[] = [];
  if (!(scale > 0 && scale <= LARGEST_SCALE)) {
    problems.push({
      code: 'bad-scale',
      message: `scale ${scale} is not a number above 0 and at most ${LARGEST_SCALE}`,
      hint: '1 is the published size, 0.05 a good sample',
    });
  }
  if (!(Number.isSafeInteger(seed) && seed >= 0)) {
    problems.push({ code: 'bad-seed', message: `seed ${seed} is not an integer from 0 to 2^53 - 1` });
  }
  if (problems.length > 0) {
    throw new LandfallError(problems, 2);
  }
}
