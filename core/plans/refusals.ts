/** Why a file is refused whole, once an engine has read it: the same words, whichever it was. */

import { type Drift, refusedDrift } from '../contracts/drift/types.ts';
import type { FileVersion, Refusal } from '../landed.ts';
import type { Problem } from '../problems.ts';
import type { LoadPlan } from './load-plan.ts';

/** What the engine found in the file. */
export type Refused =
  | { readonly why: 'name' }
  | { readonly why: 'share'; readonly rowsRead: number; readonly rowsBad: number }
  /** Of `typeDrift`. */
  | { readonly why: 'type'; readonly findings: readonly Drift[] };

export function refusalOf(plan: LoadPlan, { file, contentHash, drift }: FileVersion, found: Refused): Refusal {
  const known =
    found.why === 'type' ? { findings: [...(drift?.findings ?? []), ...found.findings], isPolicys: true } : drift;
  return { file, contentHash, problem: { ...problemOf(plan, found), file: file.key }, drift: refusedDrift(known) };
}

function problemOf({ columns, maxBadShare }: LoadPlan, found: Refused): Problem {
  if (found.why === 'name') {
    const named = columns.filter(({ header }) => header === null).map(({ name, type }) => `${name} (${type})`);
    return {
      code: 'wrong-file-name',
      message: `the file's name must give ${named.join(', ')}, and does not`,
      hint: 'rename the file and drop it again',
    };
  }
  if (found.why === 'share') {
    return {
      code: 'too-many-bad-rows',
      message: `${found.rowsBad} of ${found.rowsRead} rows fail the contract, more than maxBadShare ${maxBadShare} allows`,
      hint: 'correct the file and drop it again, or raise maxBadShare in the contract',
    };
  }
  const [first] = found.findings;
  return {
    code: 'column-type',
    message: found.findings.map(({ detail }) => detail).join('; '),
    ...(first?.suggestion ? { hint: first.suggestion } : {}),
  };
}
