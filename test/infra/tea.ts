import { parseContract } from '../../core/contracts/parse.ts';
import type { Contract } from '../../core/contracts/types.ts';
import { FILE, GOOD } from '../core/contracts/tea-shop.ts';

/** A data set that Landfall does not ship. */
export function parseGood(): Contract {
  const { contract } = parseContract(GOOD, FILE);
  if (contract === undefined) throw new Error('the tea shop has a good contract');
  return contract;
}
